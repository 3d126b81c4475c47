/**
 * Two versions of a cell, their differences marked.
 */
import { useEffect, useRef, useState } from 'react';

import { useServices } from '../views/context';
import { Source } from '../views/source';

export type DiffMode = 'side' | 'inline';

type Props = {
  readonly before: string;
  readonly after: string;
  readonly labels: { readonly before: string; readonly after: string };
  readonly mode: DiffMode;
};

export function SourceDiff(props: Props): JSX.Element {
  const { before, after, labels, mode } = props;
  const { languages, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const { before: beforeLabel, after: afterLabel } = labels;
  useEffect(() => {
    let destroy: (() => void) | null = null;
    let alive = true;
    const draw = async (): Promise<void> => {
      const { drawMerge, pythonSupport } = await import('./merge');
      const language = await pythonSupport(languages);
      if (alive && host.current !== null) {
        destroy = drawMerge({
          host: host.current,
          before,
          after,
          labels: { before: beforeLabel, after: afterLabel },
          inline: mode === 'inline',
          language
        });
      }
    };
    draw().catch(() => alive && setFailed(true));
    return () => {
      alive = false;
      destroy?.();
    };
  }, [before, after, beforeLabel, afterLabel, mode, languages]);

  if (failed) {
    return (
      <div className="jp-trackbook-diff-plain">
        <p className="jp-trackbook-hint">
          {trans.__(
            'The differences could not be marked; these are the sources.'
          )}
        </p>
        <Source code={before} label={beforeLabel} />
        <Source code={after} label={afterLabel} />
      </div>
    );
  }
  return <div ref={host} className="jp-trackbook-diff" data-mode={mode} />;
}
