import { screen, waitFor, within } from '@testing-library/react';
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
import { makeComparison } from '../../tests/comparison';
import type { CellTable, FigureRef } from '../contract';
import { ComparePage } from './compare-page';
import type { CompareArgs } from './compare-page';

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

const CELLS: CellTable = {
  run_ids: ['a', 'b'],
  labels: ['r6', 'r7'],
  cells: [
    {
      title: 'lr = 0.1',
      cell_id: 'c',
      changes: ['same', 'edited'],
      differs: true
    },
    {
      title: 'plot()',
      cell_id: 'd',
      changes: ['same', 'rerun'],
      differs: false
    }
  ]
};

async function showComparison(
  comparison = makeComparison([A, B]),
  part: Parameters<typeof makeStage>[0] = {},
  runIds: readonly string[] = ['a', 'b']
): Promise<{ readonly stage: Stage; readonly args: CompareArgs[] }> {
  const stage = makeStage({
    runs: { a: A, b: B },
    histories: { 'a acc': makeHistory([1, 2]), 'b acc': makeHistory([1, 2]) },
    comparison,
    cellTable: CELLS,
    ...part
  });
  const args: CompareArgs[] = [];
  show(
    stage,
    <ComparePage args={{ runIds }} onArgs={changed => args.push(changed)} />
  );
  await screen.findByRole('heading', { name: /^Compare/, level: 1 });
  await screen.findByRole('button', { name: /^Cells/ });
  return { stage, args };
}

const rows = (): (string | null)[] =>
  within(screen.getByRole('table', { name: 'What differs' }))
    .getAllByRole('rowheader')
    .map(header => header.textContent);

const cellsOf = (name: RegExp): (string | null)[] =>
  within(screen.getByRole('row', { name }))
    .getAllByRole('cell')
    .map(cell => cell.textContent);

describe('a comparison', () => {
  it('opens with its sentence and shows only what differs, saying of how much', async () => {
    await showComparison();
    expect(screen.getByText('Best: lr 0.003, acc +0.1.')).toBeTruthy();
    expect(rows()).toEqual([
      'Params 2 of 3 differ',
      'lr',
      'new',
      'Results 2 of 2 differ',
      'acc',
      'duration',
      'Environment 0 of 2 differ · The same environment.',
      'Cells 1 of 2 differ',
      'lr = 0.1'
    ]);
  });

  it('says of which revision each run is, and whether that explains it', async () => {
    await showComparison(undefined, {
      explanations: {
        b: makeExplanation({ verdict: 'red', revision_number: 8 })
      }
    });
    await waitFor(() => expect(rows()).toContain('notebook'));
    expect(cellsOf(/^notebook/)).toEqual(['r7 green', 'r8 red']);
  });

  it('shows everything when asked', async () => {
    const user = userEvent.setup();
    const { args } = await showComparison();
    await user.click(screen.getByRole('button', { name: 'Everything' }));
    expect(rows()).toContain('seed');
    expect(rows()).toContain('python');
    expect(
      screen.getByRole('region', { name: 'import numpy, same' })
    ).toBeTruthy();
    expect(args.at(-1)?.everything).toBe(true);
  });

  it('marks the best value and says the change by the metric’s direction', async () => {
    await showComparison();
    expect(cellsOf(/^acc/)).toEqual(['0.8000', '0.9000 best +0.1000']);
    expect(screen.getByText('+0.1000').className).toContain('jp-mod-better');
  });

  it('tells a value that is missing from one that is None', async () => {
    await showComparison(
      makeComparison([A, B], {
        params: [
          {
            key: 'new',
            values: [null, null],
            present: [false, true],
            differs: true
          }
        ]
      })
    );
    expect(cellsOf(/^new/)).toEqual(['–', 'None']);
  });

  it('closes a section, and opens it again', async () => {
    const user = userEvent.setup();
    await showComparison();
    const head = screen.getByRole('button', { name: /^Params/ });
    await user.click(head);
    expect(rows()).not.toContain('lr');
    await user.click(head);
    expect(rows()).toContain('lr');
  });

  it('finds also what does not differ', async () => {
    const user = userEvent.setup();
    await showComparison();
    const search = screen.getByRole('searchbox', {
      name: 'Find in the comparison'
    });
    await user.type(search, 'SEE');
    expect(rows()).toEqual(['Params 2 of 3 differ', 'seed']);
    await user.clear(search);
    await user.type(search, 'nowhere');
    expect(screen.getByText('Nothing here is called so.')).toBeTruthy();
  });

  it('shows runs as rows', async () => {
    const user = userEvent.setup();
    await showComparison();
    await user.click(screen.getByRole('button', { name: 'Runs as rows' }));
    expect(rows()[1]).toContain('<b>lr</b> 0.003');
    const heads = screen
      .getAllByRole('columnheader')
      .map(head => head.textContent);
    expect(heads).toEqual(['', 'lr', 'new', 'acc', 'duration', 'lr = 0.1']);
  });

  it('shows changed and added cells, not the others', async () => {
    await showComparison();
    expect(
      screen.getByRole('region', { name: 'lr = 0.1, edited' })
    ).toBeTruthy();
    const added = screen.getByRole('region', { name: 'plot(), added' });
    expect(within(added).getByText('only in <b>lr</b> 0.003 r7')).toBeTruthy();
    expect(screen.queryByText('import numpy')).toBeNull();
    expect(document.querySelector('b')).toBeNull();
  });

  it('leads from a cell that differs to the two notebooks', async () => {
    const user = userEvent.setup();
    const { stage } = await showComparison();
    await user.click(screen.getByRole('button', { name: 'edited' }));
    expect(stage.executed).toEqual([
      {
        command: 'trackbook:differences',
        args: { before: 'a', after: 'b' }
      }
    ]);
  });

  it('compares with another baseline when one is chosen', async () => {
    const user = userEvent.setup();
    const { stage, args } = await showComparison();
    const compare = vi.spyOn(stage.services.api, 'compare');
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'compared with' }),
      'b'
    );
    expect(compare).toHaveBeenCalledWith(['b', 'a']);
    expect(args.at(-1)).toEqual({ runIds: ['a', 'b'], baseline: 'b' });
  });

  it('says that a run is gone, and goes on without it', async () => {
    const user = userEvent.setup();
    const { args } = await showComparison(
      makeComparison([A, B], { missing: ['c'] }),
      {},
      ['a', 'b', 'c']
    );
    expect(screen.getByRole('alert').textContent).toContain(
      'One of these runs is not there any more.'
    );
    await user.click(screen.getByRole('button', { name: 'Leave out' }));
    expect(args.at(-1)?.runIds).toEqual(['a', 'b']);
  });

  it('opens a run from the head of its column', async () => {
    const user = userEvent.setup();
    const { stage } = await showComparison();
    const table = screen.getByRole('table', { name: 'What differs' });
    await user.click(within(table).getByRole('button', { name: 'first' }));
    expect(stage.executed).toEqual([
      { command: 'trackbook:open-run', args: { runId: 'a' } }
    ]);
  });

  it('shows pictures side by side, and large by keyboard', async () => {
    const user = userEvent.setup();
    const figure = (data: string): FigureRef => ({
      execution_id: 'e1',
      mime_type: 'image/svg+xml',
      sha256: null,
      data
    });
    await showComparison(
      makeComparison([A, B], {
        figures: [
          {
            title: 'plot()',
            figures: [[figure('<svg/>')], [figure('<svg id="2"/>')]],
            differs: true
          }
        ]
      })
    );
    await user.click(
      screen.getByRole('img', { name: 'Figure 1 of plot(), first' })
    );
    const dialog = screen.getByRole('dialog', { name: 'Figures' });
    expect(within(dialog).getByText('1 of 2')).toBeTruthy();
    await user.keyboard('{ArrowRight}');
    expect(within(dialog).getByText('2 of 2')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('draws of 200 runs and 400 params only what is in sight', async () => {
    const runs = Array.from({ length: 200 }, (_, index) =>
      makeRun({ run_id: `r${index}`, name: `run ${index}` })
    );
    const everyone = runs.map((_, index) => index);
    await showComparison(
      makeComparison(runs, {
        params: Array.from({ length: 400 }, (_, key) => ({
          key: `p${key}`,
          values: everyone,
          present: everyone.map(() => true),
          differs: true
        })),
        metrics: [],
        notebook: null
      }),
      {},
      runs.map(run => run.run_id)
    );
    const table = screen.getByRole('table', { name: 'What differs' });
    expect(table.ariaRowCount ?? table.getAttribute('aria-rowcount')).toBe(
      '201'
    );
    expect(table.querySelectorAll('[role=cell]').length).toBeLessThan(1000);
  });

  it('says why it can’t be shown, and tries again', async () => {
    const user = userEvent.setup();
    const stage = makeStage({ runs: { a: A, b: B } });
    show(stage, <ComparePage args={{ runIds: ['a', 'b'] }} />);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'There is no comparison.'
    );
    stage.server.comparison = makeComparison([A, B]);
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('Best: lr 0.003, acc +0.1.')).toBeTruthy();
  });
});
