/**
 * What the keys of any grid (arrows, Home, Enter …) mean in a list; letters are commands,
 * so that they can be bound to other keys.
 */
import type { KeyMeaning } from '../lists';

export type KeyPress = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

/** Rows that PageUp and PageDown go. */
export const PAGE_ROWS = 10;

export function meaningOf(press: KeyPress): KeyMeaning | null {
  if (press.altKey || press.ctrlKey || press.metaKey) {
    return null;
  }
  const extend = press.shiftKey;
  switch (press.key) {
    case 'ArrowDown':
      return { kind: 'move', by: 1, extend };
    case 'ArrowUp':
      return { kind: 'move', by: -1, extend };
    case 'PageDown':
      return { kind: 'move', by: PAGE_ROWS, extend };
    case 'PageUp':
      return { kind: 'move', by: -PAGE_ROWS, extend };
    case 'Home':
      return { kind: 'first' };
    case 'End':
      return { kind: 'last' };
    case 'ArrowLeft':
      return { kind: 'collapse' };
    case 'ArrowRight':
      return { kind: 'expand' };
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: 'toggle' };
    default:
      return null;
  }
}
