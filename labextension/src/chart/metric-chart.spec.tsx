import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeHistory, makeStage, show } from '../../tests/views';
import type { Stage } from '../../tests/views';
import type { MetricHistory } from '../contract';
import { MetricChart } from './metric-chart';
import { chartStyles } from './series';
import type { ChartRun } from './series';

const RUNS: readonly ChartRun[] = [
  {
    runId: 'r1',
    name: 'lr 0.003',
    number: 1,
    startedAt: '',
    isActive: false,
    change: 1
  },
  {
    runId: 'r2',
    name: '<i>lr</i> 0.01',
    number: 2,
    startedAt: '',
    isActive: true,
    change: 1
  }
];

/** jsdom lays nothing out: every element is 600 px wide. */
class WideObserver implements ResizeObserver {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    const contentRect = new DOMRect(0, 0, 600, 280);
    const entry: Partial<ResizeObserverEntry> = { target, contentRect };
    this.callback([entry as ResizeObserverEntry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}

class DomRect {
  constructor(
    readonly x: number,
    readonly y: number,
    readonly width: number,
    readonly height: number
  ) {}
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
  vi.stubGlobal('DOMRect', DomRect);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function showChart(
  histories: Record<string, MetricHistory>
): Promise<Stage> {
  const stage = makeStage({ histories });
  show(stage, <MetricChart runs={RUNS} metric="acc" title={<h2>acc</h2>} />);
  await screen
    .findByRole('list', { name: 'Runs in the chart' })
    .catch(() => null);
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
  return stage;
}

const TWO = {
  'r1 acc': makeHistory([0.5, 0.7, 0.9]),
  'r2 acc': makeHistory([0.4, 0.5])
};

describe('a chart', () => {
  it('draws each run and says in words what it shows', async () => {
    const { drawings } = await showChart(TWO);
    expect(drawings.at(-1)?.data.map(trace => trace.y)).toEqual([
      [0.5, 0.7, 0.9],
      [0.4, 0.5]
    ]);
    expect(
      screen.getByRole('figure', {
        name: 'Chart of acc, last values: lr 0.003 0.9000; <i>lr</i> 0.01 0.5000'
      })
    ).toBeTruthy();
  });

  it('takes new points over in place, with the zoom', async () => {
    const stage = await showChart(TWO);
    const before = stage.drawings.at(-1);
    stage.server.histories['r2 acc'] = makeHistory([0.4, 0.5, 0.6]);
    act(() => stage.changes.announce('r2'));
    await waitFor(() =>
      expect(stage.drawings.at(-1)?.data[1]?.y).toEqual([0.4, 0.5, 0.6])
    );
    expect(stage.drawings.at(-1)?.layout.uirevision).toBe(
      before?.layout.uirevision
    );
    expect(stage.purged).toBe(0);
  });

  it('is drawn again when JupyterLab changes its theme', async () => {
    const stage = await showChart(TWO);
    const count = stage.drawings.length;
    act(() => stage.themeChanged.emit());
    await waitFor(() => expect(stage.drawings.length).toBeGreaterThan(count));
  });

  it('hides a run from the legend and shows it again', async () => {
    const user = userEvent.setup();
    const { drawings } = await showChart(TWO);
    const item = screen.getByRole('button', { name: /lr 0.003/ });
    expect(item.ariaPressed).toBe('true');
    await user.click(item);
    expect(item.ariaPressed).toBe('false');
    expect(drawings.at(-1)?.data[0]?.visible).toBe(false);
    await user.click(item);
    expect(drawings.at(-1)?.data[0]?.visible).toBe(true);
  });

  it('shows its numbers as a table', async () => {
    const user = userEvent.setup();
    const stage = await showChart(TWO);
    await user.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows.map(row => row.textContent)).toEqual([
      'Step lr 0.003 <i>lr</i> 0.01',
      '00.50000.4000',
      '10.70000.5000',
      '20.9000–'
    ]);
    expect(stage.purged).toBeGreaterThan(0);
  });

  it('offers a logarithmic axis and says what has no place on it', async () => {
    const user = userEvent.setup();
    const { drawings } = await showChart({
      'r1 acc': makeHistory([1, 0, 'NaN', 2]),
      'r2 acc': makeHistory([1, 2])
    });
    await user.click(screen.getByRole('button', { name: 'log' }));
    expect(drawings.at(-1)?.layout.yaxis.type).toBe('log');
    const note = screen.getByRole('note').textContent;
    expect(note).toContain('One point is not a finite number');
    expect(note).toContain('One point at or below zero');
  });

  it('draws by wall time when asked', async () => {
    const user = userEvent.setup();
    const { drawings } = await showChart(TWO);
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'X axis' }),
      'wall'
    );
    expect(drawings.at(-1)?.layout.xaxis.type).toBe('date');
  });

  it('says that it is sampled', async () => {
    await showChart({
      ...TWO,
      'r1 acc': makeHistory([1, 2, 3], { sampled: true, total: 120_000 })
    });
    expect(screen.getByRole('note').textContent).toContain(
      '3 of 120,000 points'
    );
  });

  it('waits for the first point of a run that goes on', async () => {
    await showChart({ 'r1 acc': makeHistory([]), 'r2 acc': makeHistory([]) });
    expect(screen.getByText('Waiting for the first point.')).toBeTruthy();
  });

  it('shows an error in place and tries again', async () => {
    const user = userEvent.setup();
    const stage = await showChart({});
    expect(screen.getByRole('alert').textContent).toContain(
      'There is no metric acc.'
    );
    Object.assign(stage.server.histories, TWO);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('figure')).toBeTruthy();
  });

  it('gives its element back when it leaves the page', async () => {
    const stage = makeStage({ histories: TWO });
    const view = show(
      stage,
      <MetricChart runs={RUNS} metric="acc" title="acc" />
    );
    await screen.findByRole('figure');
    await waitFor(() => expect(stage.drawings.length).toBeGreaterThan(0));
    view.unmount();
    expect(stage.purged).toBe(1);
  });
});

describe('chartStyles', () => {
  it('gives neighbouring lines different dashes, the first a solid one', () => {
    expect(chartStyles([3, 4, 5]).map(style => style.dash)).toEqual([
      'solid',
      'dash',
      'dot'
    ]);
  });

  it('tells runs of the same colour apart as long as there are dashes', () => {
    const styles = chartStyles([1, 2, 3, 4, 7, 13, 19]);
    const same = styles.filter(style => style.color === styles[0]?.color);
    expect(same.length).toBe(4);
    expect(new Set(same.map(style => style.dash)).size).toBe(4);
  });
});
