import { describe, expect, it } from 'vitest';

import { makeMetric, makeRun } from '../../tests/views';
import type { Run } from '../contract';
import { chooseMetric, sharedMetrics } from './choose-metric';

const having = (...keys: string[]): Run =>
  makeRun({ metric_list: keys.map(key => makeMetric({ key })) });

describe('chooseMetric', () => {
  it('takes what was asked for, if a run has it', () => {
    expect(chooseMetric([having('a', 'b')], 'b')).toBe('b');
    expect(chooseMetric([having('a', 'b')], 'gone')).toBe('a');
  });

  it('prefers a main metric among those that most runs have', () => {
    expect(chooseMetric([having('z', 'a'), having('z', 'a')], null)).toBe('z');
    expect(
      chooseMetric([having('val_acc', 'score'), having('score')], null)
    ).toBe('score');
  });

  it('finds none in runs without results', () => {
    expect(chooseMetric([having()], null)).toBeNull();
  });
});

describe('sharedMetrics', () => {
  it('lists what most runs have first, then by name', () => {
    expect(sharedMetrics([having('b', 'a'), having('b')])).toEqual(['b', 'a']);
  });
});
