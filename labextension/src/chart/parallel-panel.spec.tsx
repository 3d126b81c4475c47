import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { WideObserver } from '../../tests/plot';
import {
  makeChartedRun,
  makeStage,
  makeSubject,
  show
} from '../../tests/views';
import type { Stage } from '../../tests/views';
import type { ChartedRun, ChartSubject } from '../contract';
import { measureOf } from '../plot/measure';
import { CommandIDs } from '../tokens';
import { filterOf } from './brush-filter';
import { PARALLEL_SETTINGS } from './panel-settings';
import type { PanelOf } from './panels';
import { ParallelPanel } from './parallel-panel';
import { suggestedLineup } from './quantities';

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const RUNS = [0.1, 0.01, 0.001, 0.0001].map((lr, index) =>
  makeChartedRun({
    run_id: `r${index + 1}`,
    number: index + 1,
    name: `run ${index + 1}`,
    params: { optimizer: index < 2 ? 'sgd' : 'adam', lr },
    metrics: { acc: { last: 0.6 + index / 10, min: 0, max: 1, count: 9 } }
  })
);

const kept = vi.fn();

function Harness({ subject }: { readonly subject: ChartSubject }): JSX.Element {
  const [panel, setPanel] = useState<PanelOf<'parallel'>>({
    id: '0',
    kind: 'parallel',
    isWide: false,
    settings: PARALLEL_SETTINGS
  });
  return (
    <ParallelPanel
      panel={panel}
      onChange={next => setPanel(next as PanelOf<'parallel'>)}
      title="Params that vary"
      actions={null}
      height={260}
      subject={subject}
      hidden={new Set()}
      onKeep={kept}
      active
    />
  );
}

async function showParallel(
  runs: readonly ChartedRun[] = RUNS
): Promise<Stage> {
  const subject = makeSubject(runs);
  const stage = makeStage({ subject });
  show(stage, <Harness subject={subject} />);
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
  return stage;
}

const figure = (): HTMLElement => screen.getByRole('figure');
const heads = (): string[] =>
  within(figure())
    .getAllByRole('button')
    .map(button => button.textContent ?? '');
const head = (key: string): HTMLElement =>
  screen.getByRole('button', { name: `Axis ${key}` });

describe('parallel coordinates', () => {
  it('begin with the params that vary and the metric that leads the rows', async () => {
    await showParallel();
    expect(heads()).toEqual(['optimizer', 'lr log', 'acc']);
    expect(figure().ariaLabel).toContain(
      'Parallel coordinates of optimizer, lr, acc: run 1, optimizer sgd, lr 0.1, acc 0.6000;'
    );
  });

  it('have axes that are moved, flipped, removed and added by the keyboard', async () => {
    await showParallel();
    fireEvent.keyDown(head('lr'), { key: 'ArrowLeft' });
    expect(heads()).toEqual(['lr log', 'optimizer', 'acc']);
    await userEvent.click(head('lr'));
    const editor = within(
      screen.getByRole('group', { name: 'Settings of the axis lr' })
    );
    await userEvent.click(editor.getByRole('button', { name: 'flip' }));
    await userEvent.click(editor.getByRole('button', { name: 'log' }));
    await userEvent.click(editor.getByRole('button', { name: 'Move right' }));
    expect(heads()).toEqual(['optimizer', 'lr ↓', 'acc']);
    await userEvent.click(
      editor.getByRole('button', { name: 'Remove the axis' })
    );
    expect(heads()).toEqual(['optimizer', 'acc']);
    await userEvent.selectOptions(
      screen.getByRole('combobox', { name: 'Add an axis' }),
      'lr'
    );
    expect(heads()).toEqual(['optimizer', 'acc', 'lr log']);
  });

  it('are brushed with fields, and find these runs in the list', async () => {
    const stage = await showParallel();
    const search = vi.spyOn(stage.services.store.actions, 'search');
    await userEvent.click(head('lr'));
    await userEvent.type(
      screen.getByRole('textbox', { name: 'From' }),
      '0.001'
    );
    await userEvent.click(head('optimizer'));
    await userEvent.click(screen.getByRole('checkbox', { name: 'adam' }));
    expect(screen.getByRole('status').textContent).toBe('2 of 4 runs');
    await userEvent.click(
      screen.getByRole('button', { name: 'Show these in the list' })
    );
    expect(search).toHaveBeenCalledWith(
      "params.optimizer = 'sgd' and params.lr >= 0.001 and params.lr <= 0.1"
    );
    expect(stage.executed.map(one => one.command)).toEqual([
      CommandIDs.showPanel
    ]);
    await userEvent.click(
      screen.getByRole('button', { name: 'Keep only these' })
    );
    expect(kept).toHaveBeenCalledWith(['r1', 'r2']);
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear the brushes' })
    );
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('show what the brushes let through as a table', async () => {
    await showParallel();
    await userEvent.click(head('acc'));
    await userEvent.type(screen.getByRole('textbox', { name: 'To' }), '0.75');
    await userEvent.click(
      screen.getByRole('button', { name: 'Show as table' })
    );
    const rows = screen.getAllByRole('row').map(row => row.textContent?.trim());
    expect(rows).toEqual([
      'Runoptimizerlracc',
      'run 1sgd0.10.6000',
      'run 2sgd0.010.7000'
    ]);
  });

  it('say what they take', async () => {
    await showParallel(RUNS.slice(0, 1));
    expect(screen.getByText(/It takes two runs or more/)).toBeTruthy();
  });

  it('suggest at most eight axes, and no names of runs', () => {
    const runs = Array.from({ length: 30 }, (_, run) =>
      makeChartedRun({
        run_id: `r${run}`,
        params: {
          path: `run-${run}.csv`,
          ...Object.fromEntries(
            Array.from({ length: 99 }, (__, at) => [`p${at}`, run * at])
          )
        },
        metrics: { acc: { last: run, min: 0, max: 1, count: 1 } }
      })
    );
    expect(suggestedLineup(makeSubject(runs)).map(({ key }) => key)).toEqual([
      'p0',
      'p1',
      'p2',
      'p3',
      'p4',
      'p5',
      'p6',
      'acc'
    ]);
  });
});

describe('brushes as a search', () => {
  it('quote what is no plain name, and write values as the store has them', () => {
    const values = ["it's", -1, true, 'plain'];
    const runs = values.map(value =>
      makeChartedRun({ params: { 'f1 `x`': value } })
    );
    const measure = measureOf(values, true);
    const words = (...chosen: string[]): string =>
      filterOf(runs, [
        {
          of: 'param',
          key: 'f1 `x`',
          brush: { kind: 'words', words: chosen },
          measure
        }
      ]);
    expect(words('True')).toBe("params.`f1 ``x``` = 'True'");
    expect(words("it's", '\u22121')).toBe("params.`f1 ``x``` in ('it''s', -1)");
    const brush = { kind: 'span', span: [0, 1e-7] } as const;
    expect(
      filterOf(runs, [
        { of: 'metric', key: 'val/acc', brush, measure: measureOf([1], false) },
        { of: 'param', key: 'f1', brush: null, measure }
      ])
    ).toBe('metrics.`val/acc` >= 0 and metrics.`val/acc` <= 1e-7');
  });
});
