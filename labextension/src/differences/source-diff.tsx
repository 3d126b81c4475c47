/**
 * Two versions of a text, their differences marked.
 */
import { useEffect, useRef, useState } from 'react';

import { useServices } from '../views/context';
import { Source } from '../views/source';

export const MODES = ['side', 'inline'] as const;
export type DiffMode = (typeof MODES)[number];

type Props = {
  readonly before: string;
  readonly after: string;
  readonly labels: { readonly before: string; readonly after: string };
  readonly mode: DiffMode;
  /** As JupyterLab calls it; empty for plain text. */
  readonly language: string;
};

/** Longer texts are not laid side by side by their words: it would hold up the page. */
const MAX_MARKED = 300_000;
const MAX_LINE = 20_000;

export function SourceDiff(props: Props): JSX.Element {
  const { before, after } = props;
  const { trans } = useServices();
  if (isTooLong(before) || isTooLong(after)) {
    return (
      <Unmarked
        {...props}
        why={trans.__(
          'Too long for the differences to be marked; these are the texts.'
        )}
      />
    );
  }
  return <Marked {...props} />;
}

function isTooLong(text: string): boolean {
  return (
    text.length > MAX_MARKED ||
    (text.length > MAX_LINE &&
      text.split('\n').some(line => line.length > MAX_LINE))
  );
}

function Marked(props: Props): JSX.Element {
  const { before, after, labels, mode, language } = props;
  const { languages, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const { before: beforeLabel, after: afterLabel } = labels;
  useEffect(() => {
    let destroy: (() => void) | null = null;
    let alive = true;
    const draw = async (): Promise<void> => {
      const { drawMerge, languageSupport } = await import('./merge');
      const support = await languageSupport(languages, language);
      if (alive && host.current !== null) {
        destroy = drawMerge({
          host: host.current,
          before,
          after,
          labels: { before: beforeLabel, after: afterLabel },
          inline: mode === 'inline',
          language: support
        });
      }
    };
    draw().catch(() => alive && setFailed(true));
    return () => {
      alive = false;
      destroy?.();
    };
  }, [before, after, beforeLabel, afterLabel, mode, language, languages]);

  if (failed) {
    return (
      <Unmarked
        {...props}
        why={trans.__(
          'The differences could not be marked; these are the texts.'
        )}
      />
    );
  }
  return <div ref={host} className="jp-trackbook-diff" data-mode={mode} />;
}

function Unmarked(props: Props & { readonly why: string }): JSX.Element {
  const { before, after, labels, language, why } = props;
  return (
    <div className="jp-trackbook-diff-plain">
      <p className="jp-trackbook-hint">{why}</p>
      <Source code={before} label={labels.before} language={language} />
      <Source code={after} label={labels.after} language={language} />
    </div>
  );
}
