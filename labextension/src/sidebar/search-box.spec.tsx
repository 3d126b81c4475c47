import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import {
  sampleApi,
  sampleCounts,
  samplePage,
  sampleRow,
  sampleTrackbook
} from '../../tests/samples';
import { ApiError } from '../api';
import type { Api, RunQuery } from '../api';
import { TrackbookProvider } from '../widgets';
import { Panel } from './panel';
import { excerptOf, optionsOf } from './search-options';
import { MOST_RECENT, withRecent, withSaved } from './search-memory';

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(320);
  HTMLElement.prototype.scrollIntoView = vi.fn();
});

const PROBLEM = {
  error: 'BadFilter',
  message: 'a run has no attribute ‘statsu’',
  position: {
    start: 0,
    end: 6,
    fixes: [{ label: 'status', filter: "status = 'failed'" }]
  }
};

/** A server that finds run 1 only, and understands no "statsu". */
async function show(api: Partial<Api> = {}) {
  const asked: (string | undefined)[] = [];
  const trackbook = sampleTrackbook(
    sampleApi({
      completeFilter: async () => ({ start: 0, end: 0, items: [] }),
      listRuns: async ({ filter }: RunQuery) => {
        asked.push(filter);
        if (filter?.startsWith('statsu') === true) {
          throw new ApiError({
            kind: 'refused',
            status: 400,
            problem: PROBLEM
          });
        }
        if (filter === 'nothing') {
          return samplePage([]);
        }
        return filter === undefined
          ? samplePage([sampleRow(2), sampleRow(1)])
          : samplePage([
              sampleRow(1, {
                found: {
                  place: 'code',
                  before: '<b>',
                  match: 'scaler',
                  after: '()'
                }
              })
            ]);
      },
      countRuns: async ({ filter }) => {
        const hint = {
          message: 'No run has a metric.',
          start: 0,
          end: 1,
          fixes: [{ label: 'acc', filter: 'metrics.acc > 0' }]
        };
        return filter === 'nothing'
          ? sampleCounts(0, { hints: [hint] })
          : sampleCounts(filter === undefined ? 2 : 1);
      },
      ...api
    })
  );
  render(
    <TrackbookProvider trackbook={trackbook}>
      <Panel files={null} />
    </TrackbookProvider>
  );
  await act(async () => trackbook.store.actions.load());
  return { trackbook, asked };
}

function box(): HTMLElement {
  return screen.getByRole('combobox', { name: 'Search runs' });
}

async function offers(): Promise<HTMLElement[]> {
  const list = await screen.findByRole('listbox', {
    name: 'What can stand here'
  });
  return within(list).findAllByRole('option');
}

describe('the search box', () => {
  it('searches for what is written, and says how much it finds and where', async () => {
    const user = userEvent.setup();
    const { asked } = await show();
    await user.type(box(), 'scaler');
    expect(await screen.findByText('1 run found')).toBeTruthy();
    expect(asked).toContain('scaler');
    expect(asked).not.toContain('scale');
    expect(screen.queryByRole('row', { name: /run 2/ })).toBeNull();
    expect(screen.getByText('scaler', { selector: 'mark' })).toBeTruthy();
    // What a run holds is text, never markup.
    expect(document.querySelector('.jp-trackbook-hit b')).toBeNull();
  });

  it('says in place what is not understood, keeps the list, and mends it', async () => {
    const user = userEvent.setup();
    const { trackbook } = await show();
    await user.type(box(), "statsu = 'failed'{Enter}");
    const wrong = await screen.findByText('statsu', { selector: 'mark' });
    expect(wrong.parentElement?.textContent).toContain('^^^^^^');
    expect(box().getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('row', { name: /run 2/ })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'status' }));
    expect(await screen.findByText('1 run found')).toBeTruthy();
    expect(trackbook.store.getState().filter).toBe("status = 'failed'");
    expect(box().getAttribute('aria-invalid')).toBe('false');
  });

  it('completes by keyboard', async () => {
    const user = userEvent.setup();
    await show({
      completeFilter: async (filter, at) => ({
        start: 0,
        end: at,
        items:
          filter === 'met'
            ? [
                { text: 'metrics.', label: 'metrics.', about: 'a metric' },
                { text: 'metrics.acc ', label: 'metrics.acc', about: '' }
              ]
            : []
      })
    });
    await user.type(box(), 'met');
    const [, second] = await offers();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(second?.getAttribute('aria-selected')).toBe('true');
    expect(second?.textContent).toBe('metrics.acc');
    expect(box().getAttribute('aria-activedescendant')).toBe(second?.id);
    await user.keyboard('{Tab}');
    expect(box()).toHaveProperty('value', 'metrics.acc ');
    expect(document.activeElement).toBe(box());
  });

  it('closes the list of offers, then clears, by Escape', async () => {
    const user = userEvent.setup();
    const { trackbook } = await show({
      completeFilter: async () => ({
        start: 0,
        end: 2,
        items: [{ text: 'lr', label: 'lr', about: '' }]
      })
    });
    await user.type(box(), 'lr');
    await offers();
    await screen.findByText('1 run found');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(box()).toHaveProperty('value', 'lr');
    await user.keyboard('{Escape}');
    expect(box()).toHaveProperty('value', '');
    await screen.findByRole('row', { name: /run 2/ });
    expect(trackbook.store.getState().filter).toBe('');
  });

  it('offers kept and recent searches below the empty box', async () => {
    const user = userEvent.setup();
    await show();
    await user.type(box(), 'adam{Enter}');
    await screen.findByText('1 run found');
    await user.click(screen.getByRole('button', { name: 'Keep this search' }));
    await user.clear(box());
    await user.type(box(), 'lion{Enter}');
    await screen.findByText('1 run found');
    await user.click(screen.getByRole('button', { name: 'Clear the search' }));
    fireEvent.blur(box());
    fireEvent.focus(box());
    const found = await offers();
    expect(found.map(offer => offer.textContent)).toEqual([
      'adamkept',
      'lionrecent'
    ]);
  });

  it('says what was searched where nothing is found, and how to widen it', async () => {
    const user = userEvent.setup();
    const { trackbook } = await show();
    act(() => {
      trackbook.store.actions.setNotebookPath('a.ipynb');
    });
    await user.type(box(), 'nothing{Enter}');
    expect(
      await screen.findByText(/No run of this notebook matches/)
    ).toBeTruthy();
    expect(screen.getByText('No run has a metric.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'acc' })).toBeTruthy();
    await user.click(
      screen.getByRole('button', { name: 'Search in all notebooks' })
    );
    expect(trackbook.store.getState().scope).toBe('all');
    expect(trackbook.store.getState().filter).toBe('nothing');
  });
});

describe('what is offered', () => {
  it('takes the place of what was begun, whatever follows', () => {
    const [option] = optionsOf(
      'sta and lr',
      { start: 0, end: 3, items: [{ text: 'status ', label: 's', about: '' }] },
      { saved: [], recent: [] }
    );
    expect(option?.filter).toBe('status and lr');
    expect(option?.cursor).toBe(7);
  });

  it('keeps the last searches, each once', () => {
    const many = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const kept = [...many, 'f20', ' '].reduce(withRecent, {
      saved: [],
      recent: []
    });
    expect(kept.recent).toHaveLength(MOST_RECENT);
    expect(kept.recent.slice(0, 3)).toEqual(['f20', 'f29', 'f28']);
    const saved = withSaved(kept, 'x', true);
    expect(withSaved(saved, 'x', false).saved).toEqual([]);
  });

  it('shows of a long filter what is around the mistake', () => {
    const filter = `${'a'.repeat(100)} oops ${'b'.repeat(100)}`;
    const shown = excerptOf(filter, 101, 105);
    expect(shown.marked).toBe('oops');
    expect(shown.before).toBe(`…${'a'.repeat(23)} `);
    expect(excerptOf('a >', 3, 4).marked).toBe(' ');
  });
});
