/**
 * A comparison as the server would send it, for specs.
 */
import type { Comparison, Run } from '../src/contract';
import { makeCell, makeDifference, makeSide } from './differences';

export function makeComparison(
  runs: readonly Run[],
  part: Partial<Comparison> = {}
): Comparison {
  return {
    baseline_run_id: runs[0]?.run_id ?? '',
    runs: runs.map(run => ({
      run_id: run.run_id,
      number: run.number,
      name: run.name,
      status: run.status,
      experiment_id: run.experiment_id,
      main_metric: run.main_metric,
      started_at: run.started_at,
      duration_ms: run.duration_ms,
      change: run.change
    })),
    missing: [],
    params: [
      { key: 'lr', values: [0.1, 0.003], present: [true, true], differs: true },
      { key: 'seed', values: [42, 42], present: [true, true], differs: false },
      {
        key: 'new',
        values: [null, null],
        present: [false, true],
        differs: true
      }
    ],
    metrics: [
      {
        key: 'acc',
        values: [0.8, 0.9],
        present: [true, true],
        differs: true,
        direction: 'higher',
        deviations: [null, null]
      }
    ],
    environment: [
      {
        key: 'python',
        values: ['3.11', '3.11'],
        present: [true, true],
        differs: false
      }
    ],
    inputs: [],
    artifacts: [],
    figures: [],
    notebook: makeDifference([
      makeCell({
        change: 'edited',
        differs: ['source'],
        after: makeSide('lr = 0.003')
      }),
      makeCell({
        title: 'plot()',
        change: 'added',
        before: null,
        after: makeSide('plot()')
      }),
      makeCell({
        title: 'import numpy',
        before: makeSide('import numpy'),
        after: makeSide('import numpy')
      })
    ]),
    sentence: 'Best: lr 0.003, acc +0.1.',
    ...part
  };
}
