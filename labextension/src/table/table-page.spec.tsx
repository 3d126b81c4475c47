import { Notification } from '@jupyterlab/apputils';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { bindListKeys } from '../../tests/keys';
import {
  sampleApi,
  sampleMetric,
  samplePage,
  sampleParam,
  sampleRow,
  sampleTrackbook
} from '../../tests/samples';
import type { Api, RunQuery } from '../api';
import type { RunColumn } from '../contract';
import { saveFile } from '../views/save-file';
import { TrackbookProvider } from '../widgets';
import { TablePage } from './table-page';

vi.mock('../views/save-file', () => ({ saveFile: vi.fn() }));

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(900);
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe = (): void => {};
      disconnect = (): void => {};
    }
  );
});

function column(name: string, change: Partial<RunColumn> = {}): RunColumn {
  const [kind, key = ''] = name.split(':');
  return {
    name,
    kind: kind as RunColumn['kind'],
    key,
    varies: true,
    direction: null,
    ...change
  };
}

const COLUMNS = [
  column('param:lr'),
  column('param:same', { varies: false }),
  column('metric:loss', { direction: 'lower' }),
  column('metric:val_acc', { direction: 'higher' })
];

const RUNS = [
  sampleRow(2, {
    cells: { 'param:lr': 0.1, 'metric:loss': 0.2 },
    params: [sampleParam({ value: 0.1, previous: 0.01, changed: true })]
  }),
  sampleRow(1, {
    cells: { 'param:lr': 0.01, 'metric:loss': 0.25 },
    main_metric: sampleMetric({ value: 0.9 })
  })
];

async function show(taught: Partial<Api> = {}) {
  const asked: RunQuery[] = [];
  const trackbook = sampleTrackbook(
    sampleApi({
      listRuns: async query => {
        asked.push(query);
        return samplePage(RUNS);
      },
      listRunColumns: async () => ({ columns: COLUMNS }),
      ...taught
    })
  );
  bindListKeys(trackbook);
  render(
    <TrackbookProvider trackbook={trackbook}>
      <TablePage />
    </TrackbookProvider>
  );
  await act(async () => trackbook.store.actions.load());
  return { ...trackbook, asked };
}

const heads = (): readonly (string | null)[] =>
  screen
    .getAllByRole('columnheader')
    .map(head => within(head).getByRole('button').textContent);

const rowOf = (name: string): HTMLElement =>
  screen.getByRole('row', { name: new RegExp(name) });

describe('the columns', () => {
  it('are what tells the runs apart, until some are chosen', async () => {
    const { asked, store } = await show();
    expect(heads()).toEqual([
      'Name',
      'Metric',
      'Started↓',
      'Duration',
      'lr',
      'loss'
    ]);
    expect(asked[asked.length - 1]?.column).toEqual([
      'started_at',
      'duration_ms',
      'param:lr',
      'metric:loss'
    ]);
    await act(async () => store.actions.setColumns(['metric:loss']));
    expect(heads()).toEqual(['Name', 'Metric', 'loss']);
  });

  it('have one precision, mark the best and what changed', async () => {
    await show();
    const second = rowOf('run 2');
    expect(within(second).getByText('0.10').className).toBe('jp-mod-changed');
    expect(within(second).getByTitle('lr = 0.1, was 0.01')).toBeTruthy();
    expect(within(second).getByText('0.2000').className).toBe('jp-mod-best');
    expect(within(rowOf('run 1')).getByText('0.01').className).toBe('');
    expect(within(second).getByText('0.9731').className).toBe('jp-mod-best');
    expect(within(second).getByText('+0.0128').className).toContain('better');
  });

  it('are moved by keyboard, and made wider', async () => {
    const { store } = await show();
    const lr = screen.getByRole('button', { name: 'lr' });
    fireEvent.keyDown(lr, { key: 'ArrowLeft', altKey: true });
    await act(async () => {});
    expect(heads().slice(2)).toEqual(['Started↓', 'lr', 'Duration', 'loss']);
    const edge = screen.getByRole('separator', { name: 'Width of lr' });
    expect(edge.getAttribute('aria-valuenow')).toBe('110');
    fireEvent.keyDown(edge, { key: 'ArrowRight', shiftKey: true });
    expect(store.getState().widths).toEqual({ 'param:lr': 160 });
    expect(edge.getAttribute('aria-valuenow')).toBe('160');
    fireEvent.keyDown(edge, { key: 'Enter' });
    expect(edge.getAttribute('aria-valuenow')).toBe('110');
  });

  it('have one tab stop, from which arrows lead to the others', async () => {
    await show();
    const name = screen.getByRole('button', { name: 'Name' });
    expect(name.tabIndex).toBe(0);
    name.focus();
    fireEvent.keyDown(name, { key: 'ArrowRight' });
    expect(document.activeElement?.textContent).toBe('Metric');
    expect(name.tabIndex).toBe(-1);
  });
});

describe('a click on a head', () => {
  it('sorts by it, the best first, and turns the order', async () => {
    const { asked, store } = await show();
    const loss = screen.getByRole('button', { name: 'loss' });
    await userEvent.click(loss);
    expect(store.getState().sort).toBe('metric:loss');
    await userEvent.click(screen.getByRole('button', { name: /loss/ }));
    expect(asked[asked.length - 1]?.sort).toEqual(['-metric:loss']);
    const head = screen.getByRole('columnheader', { name: /loss/ });
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });

  it('with Shift sorts by it as well', async () => {
    const { asked } = await show();
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'lr' }));
    await user.keyboard('{Shift>}');
    await user.click(screen.getByRole('button', { name: 'Metric' }));
    await user.keyboard('{/Shift}');
    expect(asked[asked.length - 1]?.sort).toEqual(['param:lr', '-main_metric']);
    expect(heads()[1]).toBe('Metric↓2');
    await user.click(screen.getByRole('button', { name: /Duration/ }));
    expect(asked[asked.length - 1]?.sort).toEqual(['-duration_ms']);
  });
});

describe('the runs', () => {
  it('are selected and opened as in the panel', async () => {
    const { executed, store } = await show();
    const user = userEvent.setup();
    await user.keyboard('{Control>}');
    await user.click(rowOf('run 2'));
    await user.keyboard('{/Control}');
    expect(store.getState().selection).toEqual(['r2']);
    await user.keyboard('{ArrowDown}x');
    expect(store.getState().selection).toEqual(['r2', 'r1']);
    await user.keyboard('{Enter}');
    expect(executed[0]).toEqual({
      id: 'trackbook:open-run',
      args: { runId: 'r1' }
    });
  });

  it('are renamed in place', async () => {
    await show();
    const user = userEvent.setup();
    act(() => rowOf('run 1').focus());
    await user.keyboard('{F2}');
    expect(document.activeElement?.tagName).toBe('INPUT');
    await user.keyboard('{Escape}');
    expect(document.activeElement).toBe(rowOf('run 1'));
  });
});

describe('the download', () => {
  it('is of all runs with the columns shown', async () => {
    const asked: RunQuery[] = [];
    await show({
      runsCsv: async query => {
        asked.push(query);
        return new Response('run_id\nr2\n');
      }
    });
    await userEvent.click(screen.getByRole('button', { name: 'Download CSV' }));
    expect(asked[0]).toMatchObject({
      sort: ['-started_at'],
      column: ['started_at', 'duration_ms', 'param:lr', 'metric:loss']
    });
    expect(saveFile).toHaveBeenCalledWith(expect.any(Blob), 'runs.csv');
  });

  it('says how far it is after a second, and is stopped', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    vi.mocked(saveFile).mockClear();
    await show({
      runsCsv: async (_, signal) =>
        new Response(
          new ReadableStream({
            start: stream => {
              stream.enqueue(new TextEncoder().encode('run_id\n'));
              signal.addEventListener('abort', () => stream.error('aborted'));
            }
          })
        )
    });
    const button = screen.getByRole('button', { name: 'Download CSV' });
    fireEvent.click(button);
    expect(Notification.manager.count).toBe(0);
    await act(async () => vi.advanceTimersByTimeAsync(1100));
    const [work] = Notification.manager.notifications;
    expect(work?.message).toBe('Writing the runs as CSV…');
    expect(work?.options.progress).toBe(0.5);
    const [cancel] = work?.options.actions ?? [];
    await act(async () => cancel?.callback(new MouseEvent('click')));
    expect(Notification.manager.count).toBe(0);
    expect(button).toHaveProperty('disabled', false);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(saveFile).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it('says in the foot why it failed', async () => {
    await show();
    await userEvent.click(screen.getByRole('button', { name: 'Download CSV' }));
    expect(screen.getByRole('alert').textContent).toContain('does not answer');
  });
});
