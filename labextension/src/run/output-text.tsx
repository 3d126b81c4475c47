/**
 * Text that a cell put out, in its colours; of a huge one the two ends at first.
 */
import { useState } from 'react';

import { useServices } from '../views/context';
import { Rendered } from '../views/rendered';

type Props = {
  /** Text, standard output or standard error, for JupyterLab's renderer of it. */
  readonly mimeType: string;
  readonly text: string;
};

/** What is drawn without being asked for: drawing looks for colours and links. */
const MAX_DRAWN = 40_000;
/** Longer than this it is shown without colours. */
const MAX_COLOURED = 400_000;

export function OutputText({ mimeType, text }: Props): JSX.Element {
  const { trans } = useServices();
  const [whole, setWhole] = useState(false);
  if (text.length <= MAX_DRAWN) {
    return <Rendered mimeType={mimeType} data={text} />;
  }
  if (whole) {
    return text.length <= MAX_COLOURED ? (
      <Rendered mimeType={mimeType} data={text} />
    ) : (
      <pre className="jp-trackbook-plain">{withoutColours(text)}</pre>
    );
  }
  const half = MAX_DRAWN / 2;
  return (
    <>
      <Rendered mimeType={mimeType} data={text.slice(0, half)} />
      <p className="jp-trackbook-left-out">
        {trans.__(
          '… %1 more characters …',
          (text.length - MAX_DRAWN).toLocaleString()
        )}{' '}
        <button className="jp-trackbook-link" onClick={() => setWhole(true)}>
          {trans.__('Show whole')}
        </button>
      </p>
      <Rendered mimeType={mimeType} data={text.slice(-half)} />
    </>
  );
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- an ANSI sequence begins with one
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
