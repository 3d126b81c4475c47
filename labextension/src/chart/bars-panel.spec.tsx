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
import type { ChartSubject } from '../contract';
import { CommandIDs } from '../tokens';
import { BarsPanel } from './bars-panel';
import { BAR_SETTINGS } from './panel-settings';
import type { BarSettings } from './panel-settings';
import type { PanelOf } from './panels';

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const RUNS = [
  { lr: 0.1, acc: 0.7 },
  { lr: 0.01, acc: 0.9 },
  { lr: 0.1, acc: 0.8 },
  { lr: 0.1, acc: null }
].map(({ lr, acc }, index) =>
  makeChartedRun({
    run_id: `r${index + 1}`,
    number: index + 1,
    name: `run ${index + 1}`,
    params: { lr },
    metrics:
      acc === null ? {} : { acc: { last: acc, min: 0.1, max: 0.95, count: 9 } }
  })
);

function Harness(props: {
  readonly subject: ChartSubject;
  readonly settings?: Partial<BarSettings>;
  readonly hidden?: ReadonlySet<string>;
}): JSX.Element {
  const [panel, setPanel] = useState<PanelOf<'bars'>>({
    id: '0',
    kind: 'bars',
    metric: 'acc',
    isWide: false,
    settings: { ...BAR_SETTINGS, ...props.settings }
  });
  return (
    <BarsPanel
      panel={panel}
      onChange={next => setPanel(next as PanelOf<'bars'>)}
      title="acc by run"
      actions={null}
      height={260}
      subject={props.subject}
      hidden={props.hidden ?? new Set()}
      onKeep={() => undefined}
      active
    />
  );
}

async function showBars(
  settings: Partial<BarSettings> = {},
  runs: ChartSubject['runs'] = RUNS
): Promise<Stage> {
  const subject = makeSubject(runs);
  const stage = makeStage({ subject });
  show(stage, <Harness subject={subject} settings={settings} />);
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
  return stage;
}

const figure = (): HTMLElement => screen.getByRole('figure');

describe('bars', () => {
  it('stand in the order of their values, and say how many runs have none', async () => {
    await showBars();
    expect(figure().ariaLabel).toBe(
      'Bars of acc by run: run 2 0.9000; run 3 0.8000; run 1 0.7000'
    );
    expect(screen.getByRole('note').textContent).toBe(
      'Higher is better. One run has no number for it.'
    );
  });

  it('are gone through with the arrow keys, and opened', async () => {
    const stage = await showBars();
    fireEvent.keyDown(figure(), { key: 'ArrowDown' });
    fireEvent.keyDown(figure(), { key: 'ArrowDown' });
    expect(figure().textContent).toContain('run 3, acc 0.8000');
    fireEvent.keyDown(figure(), { key: 'Enter' });
    expect(stage.executed).toEqual([
      { command: CommandIDs.openRun, args: { runId: 'r3' } }
    ]);
  });

  it('are means of the runs that share a value of a param, with n', async () => {
    await showBars();
    await userEvent.selectOptions(
      screen.getByRole('combobox', { name: 'Group by' }),
      'by lr'
    );
    expect(figure().ariaLabel).toContain(
      'lr 0.01 0.9000, n = 1; lr 0.1 0.7500, n = 2'
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Show as table' })
    );
    const table = screen.getByRole('table', { name: 'acc by run' });
    const rows = within(table).getAllByRole('row');
    expect(rows[2]?.textContent?.trim()).toBe(
      'lr 0.120.75000.070710.70000.8000'
    );
  });

  it('are the last values where nothing says what is best', async () => {
    const subject = makeSubject(RUNS);
    const unknown = {
      ...subject,
      metrics: subject.metrics.map(one => ({ ...one, direction: null }))
    };
    show(
      makeStage({ subject }),
      <Harness subject={unknown} settings={{ value: 'best' }} />
    );
    await screen.findByRole('figure');
    const choice = screen.getByRole('combobox', { name: 'Value of a run' });
    expect(choice).toHaveProperty('value', 'last');
    expect(figure().ariaLabel).toContain('run 2 0.9000');
  });

  it('say what to do where nothing can be drawn', async () => {
    await showBars({}, RUNS.slice(3));
    expect(
      screen.getByText(
        'None of the runs that are switched on has a number for acc.'
      )
    ).toBeTruthy();
  });

  it('offer to try again where the runs can’t be read', async () => {
    show(makeStage(), <Harness subject={makeSubject(RUNS)} />);
    expect(
      await screen.findByRole('button', { name: 'Try again' })
    ).toBeTruthy();
  });
});
