import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import {
  sampleApi,
  sampleMetric,
  sampleCounts,
  samplePage,
  sampleParam,
  sampleRecording,
  sampleRow,
  sampleRun,
  sampleTrackbook
} from '../../tests/samples';
import { bindListKeys } from '../../tests/keys';
import { ApiError } from '../api';
import type { Api, Failure } from '../api';
import type { RunRow } from '../contract';
import { TrackbookProvider } from '../widgets';
import { Panel } from './panel';
import { ENABLE_LINE } from './states';

beforeEach(() => {
  // jsdom lays nothing out; the list draws the rows that fit.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(320);
});

async function show(api: Partial<Api>) {
  const trackbook = sampleTrackbook(sampleApi(api));
  bindListKeys(trackbook);
  render(
    <TrackbookProvider trackbook={trackbook}>
      <Panel files={null} />
    </TrackbookProvider>
  );
  await act(async () => trackbook.store.actions.load());
  return trackbook;
}

async function showRuns(...runs: RunRow[]) {
  return show({
    listRuns: async () => samplePage(runs),
    editRun: async (runId, edit) => {
      const row = runs.find(run => run.run_id === runId) ?? sampleRow(1);
      return sampleRun(row, {
        name: edit.name ?? row.name,
        starred: edit.starred ?? row.starred,
        change: 99
      });
    }
  });
}

function row(name: RegExp): HTMLElement {
  return screen.getByRole('row', { name });
}

describe('above the list', () => {
  it('says why no backup was made, and nothing while all is well', async () => {
    const said = 'no backup was made: there is no room for one.';
    const api = sampleApi();
    const status = await api.status();
    const page = samplePage([sampleRow(1)]);
    await show({ listRuns: async () => page });
    expect(screen.queryByText(said)).toBeNull();
    await show({
      listRuns: async () => page,
      status: async () => ({ ...status, backup_problem: said })
    });
    expect(await screen.findByText(said)).toBeTruthy();
  });
});

describe('a row', () => {
  it('says which attempt, how good, and what changed', async () => {
    await showRuns(
      sampleRow(1, {
        name: 'lr 0.003',
        params: [sampleParam({ changed: true, previous: 0.01 })]
      })
    );
    const shown = row(/lr 0.003/);
    expect(within(shown).getByText('0.9731')).toBeTruthy();
    expect(within(shown).getByText('+0.0128').className).toContain(
      'jp-mod-better'
    );
    expect(
      within(shown).getByTitle('lr = 0.003, was 0.01').className
    ).toContain('jp-mod-changed');
    expect(within(shown).getByRole('img', { name: 'finished' })).toBeTruthy();
  });

  it('shows the error of a run that failed', async () => {
    await showRuns(
      sampleRow(1, {
        status: 'failed',
        main_metric: null,
        error: 'ValueError: max_depth must be positive'
      })
    );
    expect(screen.getByText('ValueError').title).toContain('max_depth');
  });

  it('shows the error of an open run whose last cell raised', async () => {
    await showRuns(
      sampleRow(1, {
        status: 'open',
        main_metric: null,
        error: 'ValueError: max_depth must be positive'
      })
    );
    expect(screen.getByText('ValueError').title).toContain('max_depth');
  });

  it('reads a lower loss as better', async () => {
    const loss = sampleMetric({
      key: 'loss',
      direction: 'lower',
      change: -0.1
    });
    await showRuns(sampleRow(1, { main_metric: loss }));
    expect(screen.getByText('−0.1000').className).toContain('jp-mod-better');
  });

  it('takes markup in a name for text', async () => {
    await showRuns(sampleRow(1, { name: '<img src=x onerror=alert(1)>' }));
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });
});

describe('by keyboard', () => {
  it('moves with J and K and opens with Enter', async () => {
    const user = userEvent.setup();
    const trackbook = await showRuns(sampleRow(3), sampleRow(2), sampleRow(1));
    row(/run 3/).focus();
    await user.keyboard('jjk{Enter}');
    expect(document.activeElement).toBe(row(/run 2/));
    expect(trackbook.executed).toEqual([
      { id: 'trackbook:open-run', args: { runId: 'r2' } }
    ]);
  });

  it('selects with X and compares with C', async () => {
    const user = userEvent.setup();
    const trackbook = await showRuns(sampleRow(2), sampleRow(1));
    row(/run 2/).focus();
    await user.keyboard('xc');
    expect(trackbook.executed).toEqual([]);
    await user.keyboard('jxc');
    expect(row(/run 1/).getAttribute('aria-selected')).toBe('true');
    expect(trackbook.executed).toEqual([
      { id: 'trackbook:compare', args: { runIds: ['r1', 'r2'] } }
    ]);
  });

  it('renames with F2 and gives the row its focus back', async () => {
    const user = userEvent.setup();
    await showRuns(sampleRow(1));
    row(/run 1/).focus();
    await user.keyboard('{F2}x j{Enter}');
    expect(document.activeElement).toBe(row(/x j/));
  });

  it('leaves the name as it was with Escape', async () => {
    const user = userEvent.setup();
    await showRuns(sampleRow(1));
    row(/run 1/).focus();
    await user.keyboard('{F2}other{Escape}');
    expect(document.activeElement).toBe(row(/run 1/));
  });

  it('stars with S', async () => {
    const user = userEvent.setup();
    await showRuns(sampleRow(1));
    row(/run 1/).focus();
    await user.keyboard('s');
    const star = screen.getByRole('button', { name: 'Star run 1' });
    expect(star.getAttribute('aria-pressed')).toBe('true');
  });

  it('has one place in the tab order', async () => {
    await showRuns(sampleRow(3), sampleRow(2), sampleRow(1));
    const grid = screen.getByRole('treegrid', { name: 'Runs' });
    expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });
});

describe('by mouse', () => {
  it('selects a range with Shift', async () => {
    const trackbook = await showRuns(sampleRow(3), sampleRow(2), sampleRow(1));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select run 3' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select run 1' }), {
      shiftKey: true
    });
    expect(trackbook.store.getState().selection).toEqual(['r3', 'r2', 'r1']);
    expect(screen.getByText('3 selected')).toBeTruthy();
    expect(trackbook.executed).toEqual([]);
  });

  it('compares only from two runs on', async () => {
    await showRuns(sampleRow(2), sampleRow(1));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select run 2' }));
    const compare = screen.getByRole('button', { name: 'Compare' });
    expect(compare).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select run 1' }));
    expect(compare).toHaveProperty('disabled', false);
  });
});

describe('without a list', () => {
  it('offers Record where there are no runs yet', async () => {
    const trackbook = await show({});
    act(() => {
      trackbook.recordings.actions.setCurrent('k1');
    });
    await userEvent.click(screen.getByRole('button', { name: 'Record' }));
    expect(trackbook.executed.map(({ id }) => id)).toEqual([
      'trackbook:record'
    ]);
  });

  it('asks for a run once the notebook is recorded', async () => {
    const trackbook = await show({
      recording: async () => sampleRecording({ state: 'recording' })
    });
    await act(async () => {
      trackbook.recordings.actions.setCurrent('k1');
      await trackbook.recordings.actions.read('k1');
    });
    expect(screen.getByText(/^Recording\./)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Record' })).toBeNull();
  });

  it.each<[Failure, string]>([
    [{ kind: 'missing' }, ENABLE_LINE],
    [{ kind: 'offline' }, 'The Jupyter server does not answer.'],
    [
      {
        kind: 'refused',
        status: 500,
        problem: {
          error: 'home_too_new',
          message: 'The home is newer than trackbook.',
          position: null
        }
      },
      'The home is newer than trackbook.'
    ]
  ])(
    'says what is wrong, and reads again on Retry (%j)',
    async (failure, words) => {
      let failing = true;
      await show({
        listRuns: async () => {
          if (failing) {
            throw new ApiError(failure);
          }
          return samplePage([sampleRow(1)]);
        }
      });
      expect(within(screen.getByRole('alert')).getByText(words)).toBeTruthy();
      failing = false;
      await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
      expect(row(/run 1/)).toBeTruthy();
    }
  );
});

describe('what is folded away', () => {
  it('opens in place: the runs alike to a row', async () => {
    const asked: unknown[] = [];
    await show({
      listRuns: async query => {
        asked.push(query.alike);
        return query.alike === 'r2'
          ? samplePage([sampleRow(1, { name: 'the same before' })])
          : samplePage([sampleRow(2, { name: 'lr 0.1', alike_count: 2 })]);
      }
    });
    fireEvent.click(screen.getByRole('button', { name: '×2' }));
    expect(await screen.findByText('the same before')).toBeTruthy();
    expect(asked).toEqual([undefined, 'r2']);

    fireEvent.click(screen.getByRole('button', { name: '×2' }));
    expect(screen.queryByText('the same before')).toBeNull();
  });

  it('opens in place: the runs without result, by the keyboard too', async () => {
    await show({
      listRuns: async query =>
        query.without_result === true
          ? samplePage([
              sampleRow(1, { name: 'only looked', main_metric: null })
            ])
          : samplePage([sampleRow(2)]),
      countRuns: async () => sampleCounts(1, { without_result_count: 1 })
    });
    const head = row(/without result/i);
    act(() => {
      head.focus();
    });
    fireEvent.keyDown(head, { key: 'ArrowRight' });
    expect(await screen.findByText('only looked')).toBeTruthy();
    expect(row(/without result/i).getAttribute('aria-expanded')).toBe('true');

    // From a row inside it, the left arrow goes back to its head.
    const inside = row(/only looked/);
    act(() => {
      inside.focus();
    });
    fireEvent.keyDown(inside, { key: 'ArrowLeft' });
    expect(screen.queryByText('only looked')).toBeNull();
    expect(document.activeElement).toBe(row(/without result/i));
  });

  it('says when it could not be read, and reads it again on request', async () => {
    let works = false;
    await show({
      listRuns: async query => {
        if (query.without_result !== true) {
          return samplePage([]);
        }
        if (!works) {
          throw new ApiError({ kind: 'offline' });
        }
        return samplePage([sampleRow(1, { name: 'only looked' })]);
      },
      countRuns: async () => sampleCounts(0, { without_result_count: 1 })
    });
    fireEvent.click(row(/without result/i));
    const retry = await screen.findByText(/could not be read/);
    works = true;
    fireEvent.click(retry);
    expect(await screen.findByText('only looked')).toBeTruthy();
  });
});
