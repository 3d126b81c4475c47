/**
 * The lists of runs on screen, as the commands that walk through them know them.
 */
/** What can be asked of a list. */
export type KeyMeaning =
  | { readonly kind: 'move'; readonly by: number; readonly extend: boolean }
  | {
      readonly kind:
        'first' | 'last' | 'open' | 'toggle' | 'select-all' | 'refocus';
    }
  | { readonly kind: 'collapse' | 'expand' };

type Entry = {
  readonly node: HTMLElement;
  readonly act: (meaning: KeyMeaning) => void;
};

/** The lists that are on screen, the one added last at the end. */
export class Lists {
  /** Makes a list known; the function that comes back makes it forgotten. */
  add(node: HTMLElement, act: Entry['act']): () => void {
    const entry = { node, act };
    this.entries.push(entry);
    return () => {
      this.entries.splice(this.entries.indexOf(entry), 1);
    };
  }

  /** Does it in the list that has the focus, else in the one that came last. */
  act(meaning: KeyMeaning): void {
    const focused = this.entries.find(({ node }) =>
      node.contains(document.activeElement)
    );
    (focused ?? this.entries[this.entries.length - 1])?.act(meaning);
  }

  private readonly entries: Entry[] = [];
}
