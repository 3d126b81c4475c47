import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import { sampleApi, sampleTrackbook } from '../../tests/samples';
import { ApiError } from '../api';
import type { Api } from '../api';
import type { KnownNotebook } from '../contract';
import { TrackbookProvider } from '../widgets';
import { Panel } from './panel';

const THERE: KnownNotebook = {
  notebook_path: 'work/there.ipynb',
  place: 'notebook',
  captured_at: '2026-01-02T11:00:00.000000Z',
  revision_id: 'a'.repeat(64),
  revision_count: 1,
  run_count: 0
};
const GONE: KnownNotebook = {
  ...THERE,
  notebook_path: 'work/gone.ipynb',
  place: 'gone',
  revision_id: 'b'.repeat(64),
  revision_count: 12,
  run_count: 3
};

async function show(api: Partial<Api>) {
  const trackbook = sampleTrackbook(sampleApi(api));
  const execute = vi
    .spyOn(trackbook.commands, 'execute')
    .mockResolvedValue(undefined);
  render(
    <TrackbookProvider trackbook={trackbook}>
      <Panel files={null} />
    </TrackbookProvider>
  );
  await act(async () => trackbook.store.actions.load());
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Notebooks' }));
  return { execute, user };
}

describe('the notebooks in the panel', () => {
  it('lists them, and restores one that was deleted where it was', async () => {
    const restored: unknown[] = [];
    const { execute, user } = await show({
      listNotebooks: async () => ({
        notebooks: [GONE, THERE],
        next_cursor: null
      }),
      copyRevision: async (...asked) => {
        restored.push(asked);
        return { path: GONE.notebook_path, revision_id: '', lost: [] };
      }
    });
    const list = await screen.findByRole('list', { name: 'Notebooks' });
    const [gone, there] = within(list).getAllByRole('listitem');
    expect(gone?.textContent).toContain('deleted');
    expect(gone?.textContent).toContain('12 revisions · 3 runs');
    expect(there?.textContent).toContain('one revision');

    await user.click(screen.getByRole('checkbox', { name: /Only deleted/ }));
    expect(within(list).getAllByRole('listitem')).toHaveLength(1);
    await user.click(
      screen.getByRole('button', { name: 'Restore work/gone.ipynb' })
    );
    expect(restored).toEqual([[GONE.revision_id, { in_place: true }]]);
    expect(execute).toHaveBeenCalledWith('docmanager:open', {
      path: GONE.notebook_path
    });
  });

  it('says so where there is none, and goes back to the runs', async () => {
    const { user } = await show({
      listNotebooks: async () => ({ notebooks: [], next_cursor: null })
    });
    expect(await screen.findByText(/No notebook has been kept/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Leave notebooks' }));
    expect(screen.getByRole('radio', { name: 'All' })).toBeTruthy();
  });

  it('shows why the list is not there, and asks again', async () => {
    let times = 0;
    const { user } = await show({
      listNotebooks: async () => {
        times += 1;
        if (times === 1) {
          throw new ApiError({ kind: 'offline' });
        }
        return { notebooks: [THERE], next_cursor: 'next' };
      }
    });
    await user.click(await screen.findByRole('button', { name: 'Retry' }));
    const more = await screen.findByRole('button', { name: 'More' });
    await user.click(more);
    expect(
      await screen.findAllByRole('button', { name: /Open work/ })
    ).toHaveLength(2);
  });

  it('says why a notebook could not be restored', async () => {
    const { user } = await show({
      listNotebooks: async () => ({ notebooks: [GONE], next_cursor: null }),
      copyRevision: async () => {
        throw new Error('the disk is full');
      }
    });
    await user.click(await screen.findByRole('button', { name: /^Restore/ }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'the disk is full'
    );
  });
});
