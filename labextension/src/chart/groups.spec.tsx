import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { WideObserver } from '../../tests/plot';
import {
  makeChartedRun,
  makeHistory,
  makeStage,
  makeSubject,
  show
} from '../../tests/views';
import { CHART_SETTINGS } from './chart-settings';
import { MetricChart } from './metric-chart';

const RUNS = [0.01, 0.01, 0.1].map((lr, index) =>
  makeChartedRun({
    run_id: `r${index}`,
    name: `run ${index}`,
    number: index + 1,
    params: { lr }
  })
);

const HISTORIES = {
  'r0 acc': makeHistory([0.2, 0.4, 0.6]),
  'r1 acc': makeHistory([0.4, 0.6]),
  'r2 acc': makeHistory([0.9, 0.8, 0.7, 0.6])
};

function Panel(props: { readonly hidden: ReadonlySet<string> }): JSX.Element {
  const [settings, setSettings] = useState(CHART_SETTINGS);
  return (
    <MetricChart
      runs={RUNS.map(run => ({
        runId: run.run_id,
        name: run.name,
        number: run.number,
        isActive: false,
        change: 1
      }))}
      metric="acc"
      title="acc"
      subject={makeSubject(RUNS)}
      settings={settings}
      onSettings={setSettings}
      hidden={props.hidden}
    />
  );
}

async function showGroups(hidden: readonly string[] = []): Promise<void> {
  const user = userEvent.setup();
  show(makeStage({ histories: HISTORIES }), <Panel hidden={new Set(hidden)} />);
  await screen.findByRole('figure');
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.selectOptions(
    screen.getByRole('combobox', { name: 'Group by' }),
    'lr'
  );
}

const plot = (): HTMLElement => screen.getByRole('figure');

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a chart of groups', () => {
  it('has a line a group, with what it is of and how many runs', async () => {
    await showGroups();
    expect(plot().dataset['lines']).toBe('2');
    const legend = screen.getByRole('list', { name: 'Groups in the chart' });
    const items = within(legend).getAllByRole('button');
    expect(items.map(item => item.title)).toEqual([
      'lr = 0.01 · 2 runs',
      'lr = 0.1 · 1 run, no band'
    ]);
    expect(plot().ariaLabel).toBe(
      'Chart of acc in groups by lr: lr = 0.01 · 2 runs 0.6000; lr = 0.1 · 1 run, no band 0.6000'
    );
    expect(screen.getByRole('note').textContent).toContain(
      'Each line is the mean of the runs that reach that far; its band is from the least to the greatest of them.'
    );
  });

  it('says at each point how many runs it is of', async () => {
    await showGroups();
    fireEvent.keyDown(plot(), { key: 'Home' });
    expect(plot().textContent).toContain(
      'lr = 0.01, 0: 0.3000, from 0.2000 to 0.4000, 2 of 2 runs'
    );
    fireEvent.keyDown(plot(), { key: 'End' });
    expect(plot().textContent).toContain('lr = 0.01, 2: 0.6000, 1 of 2 runs');
    fireEvent.focus(plot());
    expect(
      document.querySelector('.jp-trackbook-tooltip')?.textContent
    ).toContain('1 of 2 runs');
  });

  it('switches a group off, and leaves out runs that are', async () => {
    const user = userEvent.setup();
    await showGroups(['r1']);
    expect(
      screen.getByRole('button', { name: /lr = 0.01 · 1 of 2 runs, no band/ })
    ).toBeTruthy();
    const item = screen.getByRole('button', { name: /lr = 0.1 / });
    await user.click(item);
    expect(item.ariaPressed).toBe('false');
    expect(plot().dataset['lines']).toBe('1');
  });

  it('shows the numbers of its lines as a table', async () => {
    const user = userEvent.setup();
    await showGroups();
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'Line' }),
      'median'
    );
    await user.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows[0]?.textContent).toContain('lr = 0.01 median');
    const cells = rows[1] === undefined ? [] : [...rows[1].children];
    expect(cells.map(cell => cell.textContent)).toEqual([
      ' 0',
      '0.3000',
      '0.2000',
      '0.4000',
      '2',
      '0.9000',
      '–',
      '–',
      '1'
    ]);
  });

  it('keeps its zoom, and is drawn run by run again', async () => {
    const user = userEvent.setup();
    await showGroups();
    fireEvent.keyDown(plot(), { key: '+' });
    const zoomed = plot().dataset['domain'];
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'Group by' }),
      'nothing'
    );
    await waitFor(() => expect(plot().dataset['lines']).toBe('3'));
    expect(plot().dataset['domain']).toBe(zoomed);
  });
});
