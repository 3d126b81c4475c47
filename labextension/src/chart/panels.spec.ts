import { describe, expect, it } from 'vitest';

import { makeChartedRun } from '../../tests/views';
import type { ChartedMetric } from '../contract';
import { matching } from './metric-chooser';
import { BAR_SETTINGS, PARALLEL_SETTINGS } from './panel-settings';
import {
  changed,
  firstPanels,
  moved,
  readViews,
  without,
  withMetrics,
  withPanel
} from './panels';
import type { Panel } from './panels';

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

const keys = (panels: readonly Panel[]): string[] =>
  panels.map(panel => ('metric' in panel ? panel.metric : panel.kind));

const readPanels = (panels: readonly unknown[]): readonly Panel[] =>
  readViews({ views: [{ name: '', panels }] }).views[0]?.panels ?? [];

describe('panels', () => {
  it('begin with what leads the rows and with lines, not with single numbers', () => {
    const metrics = [
      metric('acc', { is_main: true, count: 1 }),
      metric('once', { count: 1 }),
      metric('loss'),
      metric('rows', { is_result: false })
    ];
    const subject = { metrics, params: ['lr'], runs: [makeChartedRun()] };
    expect(keys(firstPanels(subject))).toEqual(['acc', 'loss']);
    expect(keys(firstPanels(subject, 'rows'))).toEqual(['rows', 'acc', 'loss']);
  });

  it('begin with what varies behind the lines, as soon as there is enough of it', () => {
    const run = makeChartedRun();
    const subject = {
      metrics: [metric('acc')],
      params: ['lr'],
      runs: [run, run, run]
    };
    expect(keys(firstPanels(subject))).toEqual(['acc', 'parallel']);
    expect(keys(firstPanels({ ...subject, params: [] }))).toEqual(['acc']);
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
    expect(read.views[0]?.panels[0]?.settings).toMatchObject({ logY: false });
  });

  it('had lines before there were kinds, and keep their kind since', () => {
    const content = { kind: 'parallel', settings: PARALLEL_SETTINGS } as const;
    const panels = withPanel(withMetrics([], ['a'], 'bars'), content);
    expect(readPanels([{ metric: 'a' }, ...panels])).toMatchObject([
      { kind: 'lines', metric: 'a' },
      { kind: 'bars', metric: 'a', settings: BAR_SETTINGS },
      content
    ]);
    const [bars] = panels;
    expect(bars && changed(panels, { ...bars, isWide: true })[0]?.isWide).toBe(
      true
    );
    // A metric has a panel of each kind, but not two of the same.
    expect(withMetrics(panels, ['a'], 'bars')).toHaveLength(2);
    expect(withMetrics(panels, ['a'])).toHaveLength(3);
  });

  it('are drawn safely with whatever their settings hold', () => {
    const axis = { of: 'param', key: 'lr' };
    const nonsense = [
      { kind: 'pie', metric: 'a' },
      { kind: 'bars' },
      { kind: 'bars', metric: 'a', settings: { value: '__proto__', log: 1 } },
      { kind: 'scatter', settings: { x: { of: 'run', key: 'a' }, y: axis } },
      { kind: 'parallel', settings: { axes: 'all', colorBy: 7 } },
      {
        kind: 'parallel',
        settings: {
          axes: [
            null,
            { ...axis, brush: { kind: 'span', span: [1, 'x'] } },
            axis,
            { ...axis, key: 'b', brush: { kind: 'span', span: [3, 1] } },
            { ...axis, key: 'c', brush: { kind: 'span', span: [1, 3] } },
            { ...axis, key: 'd', brush: { kind: 'words', words: [1, 'x'] } }
          ]
        }
      }
    ];
    const plain = { log: false, flipped: false, brush: null };
    expect(readPanels(nonsense).map(panel => panel.settings)).toEqual([
      BAR_SETTINGS,
      expect.objectContaining({ x: null, y: axis }),
      PARALLEL_SETTINGS,
      {
        ...PARALLEL_SETTINGS,
        axes: [
          { ...axis, ...plain },
          { ...axis, ...plain, key: 'b' },
          {
            ...axis,
            ...plain,
            key: 'c',
            brush: { kind: 'span', span: [1, 3] }
          },
          {
            ...axis,
            ...plain,
            key: 'd',
            brush: { kind: 'words', words: ['x'] }
          }
        ]
      }
    ]);
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
