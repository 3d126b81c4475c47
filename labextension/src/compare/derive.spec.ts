import { describe, expect, it } from 'vitest';

import { bestColumns, withBaseline } from './derive';

describe('bestColumns', () => {
  it('follows the direction', () => {
    expect([...bestColumns([0.1, 0.3, 0.2], 'higher')]).toEqual([1]);
    expect([...bestColumns([0.1, 0.3, 0.2], 'lower')]).toEqual([0]);
  });

  it('marks all that share the best value, but none where all are alike', () => {
    expect([...bestColumns([1, 1, 0], 'higher')]).toEqual([0, 1]);
    expect([...bestColumns([1, 1], 'higher')]).toEqual([]);
  });

  it('takes no NaN and no missing value for the best', () => {
    expect([...bestColumns(['NaN', 0.5, null, 0.7], 'lower')]).toEqual([1]);
    expect([...bestColumns([0.5, 0.7], null)]).toEqual([]);
  });
});

describe('withBaseline', () => {
  it('puts the baseline in front and keeps the others’ order', () => {
    expect(withBaseline(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  });
});
