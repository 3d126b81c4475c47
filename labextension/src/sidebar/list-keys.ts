/**
 * What a key means in the list; no effect, only the meaning.
 */
export type KeyPress = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

export type KeyMeaning =
  | { readonly kind: 'move'; readonly by: number; readonly extend: boolean }
  | { readonly kind: 'first' | 'last' }
  | {
      readonly kind:
        'open' | 'toggle' | 'star' | 'rename' | 'trash' | 'compare';
    }
  | { readonly kind: 'chart' | 'select-all' | 'clear' | 'collapse' | 'expand' };

/** Rows that PageUp and PageDown go. */
export const PAGE_ROWS = 10;

export function meaningOf(press: KeyPress): KeyMeaning | null {
  if (press.altKey) {
    return null;
  }
  if (press.ctrlKey || press.metaKey) {
    return press.key === 'a' ? { kind: 'select-all' } : null;
  }
  const extend = press.shiftKey;
  switch (press.key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return { kind: 'move', by: 1, extend };
    case 'ArrowUp':
    case 'k':
    case 'K':
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
    case 'x':
    case ' ':
      return { kind: 'toggle' };
    case 's':
      return { kind: 'star' };
    case 'F2':
      return { kind: 'rename' };
    case 'Delete':
      return { kind: 'trash' };
    case 'c':
      return { kind: 'compare' };
    case 'v':
      return { kind: 'chart' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return null;
  }
}
