import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import {
  makeExplanation,
  makeHistory,
  makeMetric,
  makeRun,
  makeStage,
  show
} from '../../tests/views';
import type { Stage } from '../../tests/views';
import { makeCell, makeDifference, makeSide } from '../../tests/differences';
import type { Comparison, Run } from '../contract';
import { ComparePage } from './compare-page';

const A = makeRun({
  run_id: 'a',
  name: 'first',
  metric_list: [makeMetric({ last: 0.8 })]
});
const B = makeRun({
  run_id: 'b',
  number: 2,
  name: '<b>lr</b> 0.003',
  duration_ms: 30_000,
  metric_list: [makeMetric({ last: 0.9 })]
});

function makeComparison(
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

async function showComparison(
  comparison = makeComparison([A, B])
): Promise<Stage> {
  const stage = makeStage({
    runs: { a: A, b: B },
    histories: { 'a acc': makeHistory([1, 2]), 'b acc': makeHistory([1, 2]) },
    comparison
  });
  show(stage, <ComparePage runIds={['a', 'b']} />);
  await screen.findByRole('heading', { name: 'Compare 2 runs' });
  await screen.findByRole('combobox', { name: 'Metric' });
  return stage;
}

const rowsOf = (name: string): (string | null)[] =>
  within(screen.getByRole('table', { name }))
    .getAllByRole('rowheader')
    .map(header => header.textContent);

describe('a comparison', () => {
  it('opens with its sentence and shows only what differs, saying of how much', async () => {
    await showComparison();
    expect(screen.getByText('Best: lr 0.003, acc +0.1.')).toBeTruthy();
    expect(rowsOf('Params and metrics')).toEqual([
      'lr',
      'new',
      'acc',
      'duration'
    ]);
    expect(screen.getByText('4 of 5 differ')).toBeTruthy();
    expect(screen.getByText('0 of 2 differ')).toBeTruthy();
    expect(screen.getByText('The same environment and notebook.')).toBeTruthy();
  });

  it('says of which revision each run is, and whether that explains it', async () => {
    const stage = makeStage({
      runs: { a: A, b: B },
      comparison: makeComparison([A, B]),
      explanations: {
        b: makeExplanation({ verdict: 'red', revision_number: 8 })
      }
    });
    show(stage, <ComparePage runIds={['a', 'b']} />);
    const row = await screen.findByRole('row', { name: /^notebook/ });
    expect(
      within(row)
        .getAllByRole('cell')
        .map(cell => cell.textContent)
    ).toEqual(['r7 green', 'r8 red']);
  });

  it('shows everything when asked', async () => {
    const user = userEvent.setup();
    await showComparison();
    await user.click(screen.getByRole('button', { name: 'Everything' }));
    expect(rowsOf('Params and metrics')).toEqual([
      'lr',
      'seed',
      'new',
      'acc',
      'duration'
    ]);
    expect(rowsOf('Environment, notebook')).toEqual(['python', 'notebook']);
    expect(
      screen.getByRole('region', { name: 'import numpy, same' })
    ).toBeTruthy();
  });

  it('marks the best value by the metric’s direction', async () => {
    await showComparison();
    const row = screen.getByRole('row', { name: /^acc/ });
    const cells = within(row).getAllByRole('cell');
    expect(cells.map(cell => cell.textContent)).toEqual([
      '0.8000',
      '0.9000 best'
    ]);
  });

  it('tells a value that is missing from one that is None', async () => {
    await showComparison();
    const row = screen.getByRole('row', { name: /^new/ });
    expect(
      within(row)
        .getAllByRole('cell')
        .map(cell => cell.textContent)
    ).toEqual(['–', 'None']);
  });

  it('shows changed and added cells, not the others', async () => {
    await showComparison();
    expect(screen.getByText('2 of 3 differ')).toBeTruthy();
    expect(
      screen.getByRole('region', { name: 'lr = 0.1, edited' })
    ).toBeTruthy();
    const added = screen.getByRole('region', { name: 'plot(), added' });
    expect(within(added).getByText('only in <b>lr</b> 0.003 r7')).toBeTruthy();
    expect(screen.queryByText('import numpy')).toBeNull();
    expect(document.querySelector('b')).toBeNull();
  });

  it('compares with another baseline when one is chosen', async () => {
    const user = userEvent.setup();
    const stage = await showComparison();
    const compare = vi.spyOn(stage.services.api, 'compare');
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'compared with' }),
      'b'
    );
    expect(compare).toHaveBeenCalledWith(['b', 'a']);
  });

  it('opens a run from the head of its column', async () => {
    const user = userEvent.setup();
    const stage = await showComparison();
    const table = screen.getByRole('table', { name: 'Params and metrics' });
    await user.click(within(table).getByRole('button', { name: 'first' }));
    expect(stage.executed).toEqual([
      { command: 'trackbook:open-run', args: { runId: 'a' } }
    ]);
  });

  it('says why it can’t be shown, and tries again', async () => {
    const user = userEvent.setup();
    const stage = makeStage({ runs: { a: A, b: B } });
    show(stage, <ComparePage runIds={['a', 'b']} />);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'There is no comparison.'
    );
    stage.server.comparison = makeComparison([A, B]);
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('Best: lr 0.003, acc +0.1.')).toBeTruthy();
  });
});
