/**
 * One item of the list can be tabbed to; arrows move which. Items are known by a key,
 * so that focus stays with its run when the list changes around it.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { itemKey } from '../list-items';
import type { ListItem } from '../list-items';

export type ListFocus = {
  /** The index of the item that takes part in the tab order. */
  readonly index: number;
  /** Moves there; the browser's focus follows once the item is drawn. */
  readonly moveTo: (index: number) => void;
  /** Notes that an item was focused by other means. */
  readonly note: (index: number) => void;
};

export function useListFocus(
  items: readonly ListItem[],
  grid: RefObject<HTMLElement>,
  scrollTo: (index: number) => void
): ListFocus {
  const [key, setKey] = useState<string | null>(null);
  const wanted = useRef(false);
  const lastIndex = useRef(0);
  const [, draw] = useState(0);

  // Not at every draw: scrolling draws, and the list may be long.
  const found = useMemo(
    () => items.findIndex(item => itemKey(item) === key),
    [items, key]
  );
  const firstRun = useMemo(
    () =>
      Math.max(
        0,
        items.findIndex(item => item.kind === 'run')
      ),
    [items]
  );
  // The item is gone (trashed): what has taken its place is the nearest.
  const nearest = Math.min(lastIndex.current, Math.max(0, items.length - 1));
  const index = found >= 0 ? found : key === null ? firstRun : nearest;

  useEffect(() => {
    lastIndex.current = index;
  }, [index]);

  // After every draw: the row that is wanted may be drawn a while after it was.
  useEffect(() => {
    if (wanted.current) {
      const row = grid.current?.querySelector<HTMLElement>(
        `[data-index="${index}"]`
      );
      if (row) {
        wanted.current = false;
        row.focus({ preventScroll: true });
      }
    }
  });

  const note = useCallback(
    (at: number) => {
      const item = items[at];
      if (item !== undefined) {
        setKey(itemKey(item));
      }
    },
    [items]
  );
  const moveTo = useCallback(
    (at: number) => {
      const clamped = Math.max(0, Math.min(items.length - 1, at));
      note(clamped);
      scrollTo(clamped);
      wanted.current = true;
      // Where the item stays the same nothing else would have it drawn again.
      draw(count => count + 1);
    },
    [items, note, scrollTo]
  );
  return { index, moveTo, note };
}
