import { describe, expect, it } from 'vitest';

import { wordChanges } from './word-changes';

describe('wordChanges', () => {
  const marked = (a: string, b: string): [string, string][] =>
    wordChanges(a, b).map(({ fromA, toA, fromB, toB }) => [
      a.slice(fromA, toA),
      b.slice(fromB, toB)
    ]);

  it.each([
    ['lr = 0.1', 'lr = 0.003', [['0.1', '0.003']]],
    ['depth = 3\nepochs = 50', 'depth = 6\nepochs = 50', [['3', '6']]],
    ['fit(train_x)', 'fit(train_y)', [['train_x', 'train_y']]],
    ['a = 1', 'a = 1\nb = 2', [['', '\nb = 2']]],
    ['same', 'same', []]
  ])('marks whole words between %j and %j', (a, b, expected) => {
    expect(marked(a, b)).toEqual(expected);
  });

  it('leaves what lies between its marks the same on both sides', () => {
    const a = 'for epoch in range(epochs):\n    loss = step(x, 0.1)\n';
    const b = 'for batch in range(batches):\n    loss = step(y, 0.25)\n';
    let atA = 0;
    let atB = 0;
    for (const { fromA, toA, fromB, toB } of wordChanges(a, b)) {
      expect(a.slice(atA, fromA)).toBe(b.slice(atB, fromB));
      atA = toA;
      atB = toB;
    }
    expect(a.slice(atA)).toBe(b.slice(atB));
  });
});
