/**
 * Waits for what is not on screen yet: code that is fetched, a list that is read.
 */

/** So long what was asked for is waited for; later it would come as a surprise. */
const PATIENCE_MS = 1500;

/** What `find` finds in the node, now or once it is drawn; null: it never was. */
export async function drawn(
  node: HTMLElement,
  find: () => HTMLElement | null
): Promise<HTMLElement | null> {
  const found = find();
  if (found !== null) {
    return found;
  }
  return new Promise(resolve => {
    const end = (last: HTMLElement | null): void => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(last);
    };
    const observer = new MutationObserver(() => {
      const next = find();
      if (next !== null) {
        end(next);
      }
    });
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    observer.observe(node, { childList: true, subtree: true });
  });
}
