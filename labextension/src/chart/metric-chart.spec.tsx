import {
  act,
  fireEvent,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeHistory, makeStage, NOW, show } from '../../tests/views';
import type { Stage } from '../../tests/views';
import { ApiError } from '../api';
import type { PointsQuery } from '../api';
import type { MetricHistory } from '../contract';
import { readSettings } from './chart-settings';
import { MetricChart } from './metric-chart';
import { chartStyles } from './series';
import type { ChartRun } from './series';

const RUNS: readonly ChartRun[] = [
  {
    runId: 'r1',
    name: 'lr 0.003',
    number: 1,
    isActive: false,
    change: 1
  },
  {
    runId: 'r2',
    name: '<i>lr</i> 0.01',
    number: 2,
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

function plot(): HTMLElement {
  return screen.getByRole('figure');
}

describe('a chart', () => {
  it('draws each run and says in words what it shows', async () => {
    await showChart(TWO);
    expect(plot().dataset['lines']).toBe('2');
    expect(plot().ariaLabel).toBe(
      'Chart of acc, last values: lr 0.003 0.9000; <i>lr</i> 0.01 0.5000'
    );
  });

  it('takes new points over in place, with the zoom', async () => {
    const stage = await showChart(TWO);
    fireEvent.keyDown(plot(), { key: '+' });
    const zoomed = plot().dataset['domain'];
    expect(zoomed).toBe('0.5 1.5');
    stage.server.histories['r2 acc'] = makeHistory([0.4, 0.5, 0.6, 0.7, 0.8]);
    act(() => stage.changes.announce('r2'));
    await waitFor(() => expect(plot().dataset['domain']).toBe(zoomed));
    fireEvent.keyDown(plot(), { key: 'Escape' });
    act(() => stage.changes.announce('r2'));
    await waitFor(() => expect(plot().ariaLabel).toContain('0.8000'));
    expect(plot().dataset['domain']).toBe('0 4');
  });

  it('draws points that come within the part that is zoomed to', async () => {
    const stage = await showChart(TWO);
    fireEvent.keyDown(plot(), { key: '+' });
    for (let count = 0; count < 4; count += 1) {
      fireEvent.keyDown(plot(), { key: 'ArrowRight', shiftKey: true });
    }
    const zoomed = plot().dataset['domain'];
    expect(zoomed).toBe('1.5 2.5');
    fireEvent.keyDown(plot(), { key: 'Home' });
    fireEvent.keyDown(plot(), { key: 'ArrowDown' });
    fireEvent.keyDown(plot(), { key: 'End' });
    expect(plot().textContent).toContain('<i>lr</i> 0.01, 1: 0.5000');
    stage.server.histories['r2 acc'] = makeHistory([0.4, 0.5, 0.6]);
    act(() => stage.changes.announce('r2'));
    await waitFor(() => {
      fireEvent.keyDown(plot(), { key: 'Home' });
      fireEvent.keyDown(plot(), { key: 'End' });
      expect(plot().textContent).toContain('<i>lr</i> 0.01, 2: 0.6000');
    });
    expect(plot().dataset['domain']).toBe(zoomed);
  });

  it('is zoomed and moved by keys, and goes back to everything', async () => {
    const user = userEvent.setup();
    await showChart({
      'r1 acc': makeHistory([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      'r2 acc': makeHistory([1])
    });
    fireEvent.keyDown(plot(), { key: '+' });
    expect(plot().dataset['domain']).toBe('2 6');
    fireEvent.keyDown(plot(), { key: 'ArrowRight', shiftKey: true });
    expect(plot().dataset['domain']).toBe('3 7');
    await user.click(screen.getByRole('button', { name: 'Reset zoom' }));
    expect(plot().dataset['domain']).toBe('0 8');
    fireEvent.keyDown(plot(), { key: '-' });
    expect(plot().dataset['domain']).toBe('0 8');
  });

  it('says the point that the keyboard stands on', async () => {
    await showChart(TWO);
    fireEvent.keyDown(plot(), { key: 'End' });
    expect(plot().textContent).toContain('lr 0.003, 2: 0.9000');
    fireEvent.keyDown(plot(), { key: 'ArrowLeft' });
    expect(plot().textContent).toContain('lr 0.003, 1: 0.7000');
    fireEvent.keyDown(plot(), { key: 'ArrowDown' });
    expect(plot().textContent).toContain('<i>lr</i> 0.01, 1: 0.5000');
  });

  it('hides a run from the legend and shows it again', async () => {
    const user = userEvent.setup();
    await showChart(TWO);
    const item = screen.getByRole('button', { name: /lr 0.003/ });
    expect(item.ariaPressed).toBe('true');
    await user.click(item);
    expect(item.ariaPressed).toBe('false');
    expect(plot().dataset['lines']).toBe('1');
    await user.click(item);
    expect(plot().dataset['lines']).toBe('2');
  });

  it('shows its numbers as a table', async () => {
    const user = userEvent.setup();
    await showChart(TWO);
    await user.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows.map(row => row.textContent)).toEqual([
      'Step lr 0.003 <i>lr</i> 0.01',
      '00.50000.4000',
      '10.70000.5000',
      '20.9000–'
    ]);
  });

  it('offers a logarithmic axis and says what has no place on it', async () => {
    const user = userEvent.setup();
    await showChart({
      'r1 acc': makeHistory([1, 0, 'NaN', 2]),
      'r2 acc': makeHistory([1, 2])
    });
    await user.click(screen.getByRole('button', { name: 'log' }));
    const note = screen.getByRole('note').textContent;
    expect(note).toContain('One point is not a finite number');
    expect(note).toContain('One point at or below zero');
  });

  it('draws by wall time when asked', async () => {
    const user = userEvent.setup();
    await showChart(TWO);
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'X axis' }),
      'wall'
    );
    await waitFor(() =>
      expect(plot().dataset['domain']).toBe(`${NOW} ${NOW + 2000}`)
    );
  });

  it('has another metric as x, chosen by its name', async () => {
    const user = userEvent.setup();
    const links: string[] = [];
    const clicked = vi
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function (this: HTMLAnchorElement) {
        links.push(this.getAttribute('href') ?? '');
      });
    const stage = makeStage({
      histories: {
        ...TWO,
        'r1 acc over loss': makeHistory([0.5, 0.9], {
          xs: [3, 1],
          steps: [0, 2],
          total: 3,
          without_x: 1
        }),
        'r2 acc over loss': makeHistory([], { xs: [], total: 2, without_x: 2 })
      }
    });
    const metrics = ['acc', 'loss', 'val/loss'].map(key => ({
      key,
      run_count: 2,
      is_result: true
    }));
    show(
      stage,
      <MetricChart runs={RUNS} metric="acc" title="acc" metrics={metrics} />
    );
    const axis = await screen.findByRole('combobox', { name: 'X axis' });
    await user.selectOptions(axis, 'another metric…');
    await user.type(
      screen.getByRole('combobox', { name: 'Find a metric' }),
      'loss'
    );
    expect(screen.queryByRole('option', { name: /acc/ })).toBeNull();
    expect(screen.queryByText(/^Add /)).toBeNull();
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(axis);
    await waitFor(() => expect(plot().dataset['domain']).toBe('1 3'));
    expect(plot().ariaLabel).toBe(
      'Chart of acc over loss, last values: lr 0.003 0.9000'
    );
    expect(screen.getByRole('note').textContent).toContain(
      '3 points are left out: their steps have no loss.'
    );
    fireEvent.keyDown(plot(), { key: 'Home' });
    expect(plot().textContent).toContain('lr 0.003, 3: 0.5000');
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(screen.getByRole('button', { name: 'CSV' }));
    expect(links).toEqual(['csv:r1,r2:acc:loss']);
    clicked.mockRestore();
    await user.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows.map(row => row.textContent)).toEqual([
      'Steploss of lr 0.003 lr 0.003',
      '030.5000',
      '210.9000'
    ]);
  });

  it('says that no step has both metrics', async () => {
    const stage = makeStage({
      histories: {
        'r1 acc over loss': makeHistory([], { xs: [], total: 2, without_x: 2 })
      }
    });
    const settings = readSettings({ xAxis: 'metric', xMetric: 'loss' });
    show(
      stage,
      <MetricChart runs={RUNS} metric="acc" title="acc" settings={settings} />
    );
    expect(
      await screen.findByText('No step has both acc and loss.')
    ).toBeTruthy();
    expect(screen.getByRole('combobox', { name: 'X axis' })).toBeTruthy();
  });

  it('says that it is sampled', async () => {
    await showChart({
      ...TWO,
      'r1 acc': makeHistory([1, 2, 3], {
        sampled: true,
        count: 120_000,
        total: 120_000
      })
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
    const stage = makeStage();
    const { api } = stage.services;
    let answers = false;
    const services = {
      ...stage.services,
      api: {
        ...api,
        metricHistories: (query: PointsQuery) =>
          answers
            ? api.metricHistories(query)
            : Promise.reject(new ApiError({ kind: 'offline' }))
      }
    };
    show(
      { ...stage, services },
      <MetricChart runs={RUNS} metric="acc" title="acc" />
    );
    expect((await screen.findByRole('alert')).textContent).toContain(
      'does not answer'
    );
    Object.assign(stage.server.histories, TWO);
    answers = true;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('figure')).toBeTruthy();
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
