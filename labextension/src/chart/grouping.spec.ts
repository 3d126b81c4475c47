import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { makeChartedRun, makeSubject } from '../../tests/views';
import type { ChartedRun } from '../contract';
import { readSettings } from './chart-settings';
import {
  GROUP_SETTINGS,
  groupChoices,
  groupsOf,
  labelOf,
  readGroups
} from './grouping';

const trans = nullTranslator.load('');

function withParams(...params: Record<string, unknown>[]): ChartedRun[] {
  return params.map((one, index) =>
    makeChartedRun({ run_id: `r${index}`, params: one })
  );
}

function names(runs: ChartedRun[], by: string): string[] {
  return groupsOf(makeSubject(runs), by, trans).map(
    group => `${group.name}: ${group.runIds.join(' ')}`
  );
}

describe('groups of runs', () => {
  it('are of equal values, numbers by their size, what lacks one last', () => {
    const runs = withParams(
      { lr: 0.1 },
      {},
      { lr: 0.01 },
      { lr: 'auto' },
      { lr: 0.1 },
      { lr: 10 },
      { lr: null }
    );
    expect(names(runs, 'param:lr')).toEqual([
      'lr = 0.01: r2',
      'lr = 0.1: r0 r4',
      'lr = 10: r5',
      'lr = auto: r3',
      'lr = None: r6',
      'without lr: r1'
    ]);
  });

  it('tell a number from its text, and take any name for what it is', () => {
    const hostile = JSON.parse('{"__proto__": 1, "a:b": "1"}') as object;
    const runs = withParams({ ...hostile }, { 'a:b': 1 });
    Object.defineProperty(runs[0]?.params, '__proto__', {
      value: 1,
      enumerable: true
    });
    expect(names(runs, 'param:__proto__')).toEqual([
      '__proto__ = 1: r0',
      'without __proto__: r1'
    ]);
    expect(names(runs, 'param:toString')).toEqual(['all runs: r0 r1']);
    expect(names(runs, 'param:a:b')).toEqual(['a:b = 1: r1', 'a:b = 1: r0']);
    const ids = groupsOf(makeSubject(runs), 'param:a:b', trans).map(
      group => group.id
    );
    expect(new Set(ids).size).toBe(2);
    const [long] = groupsOf(
      makeSubject(withParams({ a: 'x'.repeat(999) })),
      'param:a',
      trans
    );
    expect(long?.name.length).toBe(60);
  });

  it('are made of tags, notebooks, revisions of each notebook, and the status', () => {
    const runs = [
      makeChartedRun({
        run_id: 'a',
        tags: { team: 'red' },
        revision: 12,
        status: 'failed'
      }),
      makeChartedRun({ run_id: 'b', revision: 3, tags: { team: 'blue' } }),
      makeChartedRun({
        run_id: 'c',
        revision: 3,
        notebook_path: 'other.ipynb'
      }),
      makeChartedRun({ run_id: 'd', notebook_path: null })
    ];
    expect(names(runs, 'tag:team')).toEqual([
      'team = blue: b',
      'team = red: a',
      'without team: c d'
    ]);
    expect(names(runs, 'notebook')).toEqual([
      'churn.ipynb: a b',
      'other.ipynb: c',
      'without a notebook: d'
    ]);
    expect(names(runs, 'revision')).toEqual([
      'churn.ipynb r3: b',
      'other.ipynb r3: c',
      'churn.ipynb r12: a',
      'without a revision: d'
    ]);
    expect(names(runs.slice(0, 2), 'revision')).toEqual(['r3: b', 'r12: a']);
    expect(names(runs, 'status')).toEqual(['failed: a', 'finished: b c d']);
  });

  it('have each a colour or a dash of their own', () => {
    const runs = withParams(...Array.from({ length: 24 }, (_, lr) => ({ lr })));
    const styles = groupsOf(makeSubject(runs), 'param:lr', trans).map(
      ({ color, dash }) => `${color} ${dash}`
    );
    expect(new Set(styles).size).toBe(24);
  });

  it('are offered where runs differ, and where they are chosen', () => {
    const runs = withParams({ lr: 1 }, { lr: 2 });
    const subject = makeSubject(runs);
    const bys = (current: string | null): string[] =>
      groupChoices(subject, current, trans).map(({ by }) => by);
    expect(bys(null)).toEqual(['param:lr']);
    expect(bys('tag:team')).toEqual(['param:lr', 'tag:team']);
    expect(labelOf('tag:team', trans)).toBe('tag team');
  });

  it('are read back whatever was stored', () => {
    const kept = { by: 'param:a:b', middle: 'median', spread: 'sem' } as const;
    expect(readGroups(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    for (const stored of [
      undefined,
      null,
      7,
      'status',
      [],
      { by: 'day', middle: 'mode', spread: 0 },
      { by: 'param:' },
      { by: ['status'] },
      { by: `tag:${'x'.repeat(5000)}` }
    ]) {
      expect(readGroups(stored)).toEqual(GROUP_SETTINGS);
      expect(readSettings({ groups: stored }).groups).toEqual(GROUP_SETTINGS);
    }
    expect(readSettings({ xAxis: 'metric', xMetric: 7 }).xAxis).toBe('step');
    expect(readSettings({ xAxis: 'step', xMetric: 'm' }).xMetric).toBeNull();
  });
});
