import { describe, expect, it } from 'vitest';

import type { ChartedMetric } from '../contract';
import { matching } from './metric-chooser';
import { firstPanels, moved, readViews, without, withMetrics } from './panels';

function metric(key: string, part: Partial<ChartedMetric> = {}): ChartedMetric {
  return {
    key,
    run_count: 2,
    count: 100,
    is_main: false,
    is_result: true,
    direction: null,
    ...part
  };
}

const keys = (panels: readonly { metric: string }[]): string[] =>
  panels.map(panel => panel.metric);

describe('panels', () => {
  it('begin with what leads the rows and with lines, not with single numbers', () => {
    const metrics = [
      metric('acc', { is_main: true, count: 1 }),
      metric('once', { count: 1 }),
      metric('loss'),
      metric('rows', { is_result: false })
    ];
    expect(keys(firstPanels({ metrics }))).toEqual(['acc', 'loss']);
    expect(keys(firstPanels({ metrics }, 'rows'))).toEqual([
      'rows',
      'acc',
      'loss'
    ]);
  });

  it('are added once, moved to a place, and removed', () => {
    const three = withMetrics([], ['a', 'b', 'c', 'a']);
    expect(keys(three)).toEqual(['a', 'b', 'c']);
    const id = three[0]?.id ?? '';
    expect(keys(moved(three, id, 2))).toEqual(['b', 'c', 'a']);
    expect(keys(moved(three, id, -4))).toEqual(['a', 'b', 'c']);
    const two = without(three, id);
    expect(new Set(withMetrics(two, ['d']).map(one => one.id)).size).toBe(3);
  });

  it('are read back whatever was stored', () => {
    const panels = withMetrics([], ['a', 'b']);
    const kept = { current: 'mine', views: [{ name: 'mine', panels }] };
    const stored: unknown = JSON.parse(JSON.stringify(kept));
    expect(readViews(stored)).toEqual(kept);
    expect(readViews('nonsense')).toEqual({ current: '', views: [] });
    const hostile = {
      current: 'gone',
      views: [
        null,
        { name: 'x', panels: [7, { metric: 'a', settings: { logY: 'yes' } }] }
      ]
    };
    const read = readViews(hostile);
    expect(read.current).toBe('');
    expect(read.views[0]?.panels[0]?.settings.logY).toBe(false);
  });
});

describe('the chooser', () => {
  it('finds among very many every name that has all words', () => {
    const many = Array.from({ length: 12_000 }, (_, index) =>
      metric(`layer${index}/grad norm`)
    );
    expect(matching(many, 'NORM layer119').map(({ key }) => key)).toHaveLength(
      111
    );
    expect(matching(many, ' ')).toBe(many);
  });
});
