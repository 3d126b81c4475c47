/**
 * What JupyterLab's renderers draw, from a source that nobody vouches for: sanitised,
 * never executed, and without what would be fetched from elsewhere.
 */
import { Widget } from '@lumino/widgets';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { useLayoutEffect, useRef, useState } from 'react';

import { useServices } from './context';
import { withoutRemote } from './remote-content';

type Props = {
  /** One that the registry draws safely. */
  readonly mimeType: string;
  /** JSON, as nbformat keeps the type. */
  readonly data: unknown;
  /** Stands where sanitising has left nothing to be seen. */
  readonly fallback?: JSX.Element;
};

export function Rendered(props: Props): JSX.Element {
  const { mimeType, data, fallback } = props;
  const { rendermime, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const [empty, setEmpty] = useState(false);
  // Lumino must let go of its node before React takes it away: a layout effect does.
  useLayoutEffect(() => {
    if (host.current === null) {
      return;
    }
    let current = true;
    const quiet = rendermime.clone({
      sanitizer: withoutRemote(rendermime.sanitizer, address =>
        trans.__('[a picture that is elsewhere: %1]', address)
      )
    });
    const renderer = quiet.createRenderer(mimeType);
    const model = quiet.createModel({
      data: isJson(data) ? { [mimeType]: data } : {},
      trusted: false
    });
    Widget.attach(renderer, host.current);
    renderer.renderModel(model).then(
      () => current && setEmpty(isEmpty(renderer.node)),
      () => {
        renderer.node.textContent =
          typeof data === 'string' ? data : JSON.stringify(data, null, 2);
      }
    );
    return () => {
      current = false;
      renderer.dispose();
    };
  }, [rendermime, trans, mimeType, data]);
  return (
    <>
      <div ref={host} className="jp-trackbook-rendered" />
      {empty ? fallback : null}
    </>
  );
}

/** What came from the server is JSON, whatever else is unknown of it. */
function isJson(data: unknown): data is ReadonlyPartialJSONValue {
  return data !== undefined;
}

const SEEN = 'img, table, canvas, svg, video, audio, hr, input, math, iframe';

function isEmpty(node: HTMLElement): boolean {
  return node.textContent?.trim() === '' && node.querySelector(SEEN) === null;
}
