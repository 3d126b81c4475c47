/**
 * Code to be read: coloured as in JupyterLab's editor, without an editor's weight.
 */
import { useEffect, useRef, useState } from 'react';

import { useServices } from './context';

/** Longer sources are shown without colours: parsing them would hold up the page. */
const MAX_COLOURED = 50_000;

/** Longer ones are shown by their beginning until the whole is asked for. */
const MAX_SHOWN = 20_000;

type Props = {
  readonly code: string;
  /** What the code is, for those who don't see where it stands. */
  readonly label: string;
  /** As JupyterLab calls it; Python where nothing else is said. */
  readonly language?: string;
};

export function Source(props: Props): JSX.Element {
  const { code: all, label, language = 'python' } = props;
  const { languages, trans } = useServices();
  const [whole, setWhole] = useState(false);
  const isCut = !whole && all.length > 2 * MAX_SHOWN;
  const code = isCut ? all.slice(0, MAX_SHOWN) : all;
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const host = element.current;
    if (host === null) {
      return;
    }
    host.textContent = code;
    showSpecials(host);
    if (languages === null || language === '' || code.length > MAX_COLOURED) {
      return;
    }
    let current = true;
    const coloured = document.createElement('code');
    const known = languages.findBest(language);
    languages.highlight(code, known, coloured).then(
      () => {
        showSpecials(coloured);
        if (current) {
          host.replaceChildren(...coloured.childNodes);
        }
      },
      // Without colours the source is there all the same.
      () => undefined
    );
    return () => {
      current = false;
    };
  }, [code, language, languages]);
  return (
    <>
      <pre
        className="jp-trackbook-source"
        tabIndex={0}
        role="group"
        aria-label={label}
      >
        <code ref={element} />
      </pre>
      {isCut ? (
        <p className="jp-trackbook-left-out">
          {trans.__(
            '… %1 more characters …',
            (all.length - MAX_SHOWN).toLocaleString()
          )}{' '}
          <button className="jp-trackbook-link" onClick={() => setWhole(true)}>
            {trans.__('Show whole')}
          </button>
        </p>
      ) : null}
    </>
  );
}

/** Control characters, and those that turn the order of a line around. */
const SPECIAL =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Puts a mark in the place of characters that nobody sees but a machine obeys. */
function showSpecials(host: Node): void {
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text && SPECIAL.test(node.data)) {
      texts.push(node);
    }
  }
  for (const text of texts) {
    let rest = text;
    for (
      let at = rest.data.search(SPECIAL);
      at >= 0;
      at = rest.data.search(SPECIAL)
    ) {
      const special = rest.splitText(at);
      rest = special.splitText(1);
      const mark = document.createElement('span');
      const code = special.data.charCodeAt(0).toString(16).toUpperCase();
      mark.className = 'jp-trackbook-special';
      mark.textContent = `U+${code.padStart(4, '0')}`;
      special.replaceWith(mark);
    }
  }
}
