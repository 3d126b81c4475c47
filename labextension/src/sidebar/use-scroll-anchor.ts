import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

import { itemKey } from '../list-items';
import type { ListItem } from '../list-items';

/**
 * Keeps what is read where it is: when rows come or go above the first one in sight,
 * the scroll position follows. At the very top the newest row is meant to be seen.
 */
export function useScrollAnchor(
  scroller: RefObject<HTMLElement>,
  items: readonly ListItem[],
  heightOf: (item: ListItem) => number
): void {
  const before = useRef(items);
  useLayoutEffect(() => {
    const element = scroller.current;
    const previous = before.current;
    before.current = items;
    if (element === null || previous === items || element.scrollTop === 0) {
      return;
    }
    const anchor = firstInSight(previous, element.scrollTop, heightOf);
    const offset =
      anchor === null ? null : offsetOf(items, anchor.key, heightOf);
    if (anchor !== null && offset !== null && offset !== anchor.offset) {
      element.scrollTop += offset - anchor.offset;
    }
  }, [items, scroller, heightOf]);
}

type Anchor = { readonly key: string; readonly offset: number };

function firstInSight(
  items: readonly ListItem[],
  scrollTop: number,
  heightOf: (item: ListItem) => number
): Anchor | null {
  let offset = 0;
  for (const item of items) {
    if (offset >= scrollTop) {
      return { key: itemKey(item), offset };
    }
    offset += heightOf(item);
  }
  return null;
}

function offsetOf(
  items: readonly ListItem[],
  key: string,
  heightOf: (item: ListItem) => number
): number | null {
  let offset = 0;
  for (const item of items) {
    if (itemKey(item) === key) {
      return offset;
    }
    offset += heightOf(item);
  }
  return null;
}
