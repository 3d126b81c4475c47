/**
 * Text drawn by JupyterLab's renderers, which sanitise what they draw.
 */
import { Widget } from '@lumino/widgets';
import { useLayoutEffect, useRef } from 'react';

import { useServices } from './context';

type Props = {
  readonly mimeType: 'text/markdown' | 'text/plain';
  readonly text: string;
};

export function Rendered({ mimeType, text }: Props): JSX.Element {
  const { rendermime } = useServices();
  const host = useRef<HTMLDivElement>(null);
  // Lumino must let go of its node before React takes it away: a layout effect does.
  useLayoutEffect(() => {
    if (host.current === null) {
      return;
    }
    const renderer = rendermime.createRenderer(mimeType);
    const model = rendermime.createModel({
      data: { [mimeType]: text },
      trusted: false
    });
    Widget.attach(renderer, host.current);
    renderer.renderModel(model).catch(() => {
      renderer.node.textContent = text;
    });
    return () => {
      renderer.dispose();
    };
  }, [rendermime, mimeType, text]);
  return <div ref={host} className="jp-trackbook-rendered" />;
}
