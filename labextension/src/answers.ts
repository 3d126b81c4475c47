const MOST = 20;

export type Answer = { readonly tag: string; readonly said: unknown };

/** The last answers by their address: one that still holds is not sent again. */
export class Answers {
  find(url: string): Answer | undefined {
    return this.known.get(url);
  }

  keep(url: string, tag: string | null, said: unknown): void {
    this.known.delete(url);
    if (tag !== null) {
      this.known.set(url, { tag, said });
    }
    if (this.known.size > MOST) {
      // The first is the oldest.
      this.known.delete([...this.known.keys()][0] ?? '');
    }
  }

  private readonly known = new Map<string, Answer>();
}
