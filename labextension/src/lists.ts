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

/** The lists that are on screen, the one used last at the end. */
export class Lists {
  /** Makes a list known; the function that comes back makes it forgotten. */
  add(node: HTMLElement, act: Entry['act']): () => void {
    const entry = { node, act };
    this.entries = [...this.entries, entry];
    return () => {
      this.entries = this.entries.filter(other => other !== entry);
    };
  }

  /** Does it in the list that is meant. */
  act(meaning: KeyMeaning): void {
    this.current?.act(meaning);
  }

  /** Notes that a list has the focus. */
  use(node: HTMLElement): void {
    const rank = (entry: Entry): number => Number(entry.node === node);
    this.entries = [...this.entries].sort((a, b) => rank(a) - rank(b));
  }

  /** Whether a list is the one that is meant. */
  isCurrent(node: HTMLElement | null): boolean {
    return this.current?.node === node;
  }

  /** Whether the one that is meant can be seen. */
  get isInSight(): boolean {
    return (this.current?.node.getClientRects().length ?? 0) > 0;
  }

  /** The view that the focus is in, of those with a list. */
  get focusedView(): HTMLElement | null {
    return this.focused === undefined ? null : viewOf(this.focused.node);
  }

  /** The one in whose view the focus is, else the one that was used last. */
  private get current(): Entry | undefined {
    return this.focused ?? this.entries[this.entries.length - 1];
  }

  private get focused(): Entry | undefined {
    return this.entries.find(({ node }) =>
      viewOf(node).contains(document.activeElement)
    );
  }

  private entries: readonly Entry[] = [];
}

function viewOf(node: HTMLElement): HTMLElement {
  return node.closest<HTMLElement>('.jp-trackbook') ?? node;
}
