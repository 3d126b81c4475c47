/**
 * Code to be read: coloured as in JupyterLab's editor, without an editor's weight.
 */
import { useEffect, useRef } from 'react';

import { useServices } from './context';

/** Longer sources are shown without colours: parsing them would hold up the page. */
const MAX_COLOURED = 50_000;

type Props = {
  readonly code: string;
  /** What the code is, for those who don't see where it stands. */
  readonly label: string;
};

export function Source({ code, label }: Props): JSX.Element {
  const { languages } = useServices();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const host = element.current;
    if (host === null) {
      return;
    }
    host.textContent = code;
    if (languages === null || code.length > MAX_COLOURED) {
      return;
    }
    let current = true;
    const coloured = document.createElement('code');
    const language = languages.findByMIME('text/x-python') ?? null;
    languages.highlight(code, language, coloured).then(
      () => current && host.replaceChildren(...coloured.childNodes),
      // Without colours the source is there all the same.
      () => undefined
    );
    return () => {
      current = false;
    };
  }, [code, languages]);
  return (
    <pre
      className="jp-trackbook-source"
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <code ref={element} />
    </pre>
  );
}
