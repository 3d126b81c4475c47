import { describe, expect, it } from 'vitest';

import { offsetsOf, spanOf } from './grid-window';

describe('spanOf', () => {
  const offsets = offsetsOf([10, 30, 10, 10]);

  it('holds the lines in sight, and some beside them', () => {
    expect(spanOf(offsets, 0, 9, 0)).toEqual({ first: 0, end: 1 });
    expect(spanOf(offsets, 15, 45, 0)).toEqual({ first: 1, end: 3 });
    expect(spanOf(offsets, 15, 45, 1)).toEqual({ first: 0, end: 4 });
  });

  it('stays within the grid, however far it is scrolled', () => {
    expect(spanOf(offsets, 500, 900, 2)).toEqual({ first: 2, end: 4 });
    expect(spanOf(offsetsOf([]), 0, 100, 2)).toEqual({ first: 0, end: 0 });
  });
});
