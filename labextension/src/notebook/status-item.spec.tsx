import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  sampleApi,
  samplePage,
  sampleRecording,
  sampleRow,
  sampleTrackbook
} from '../../tests/samples';
import { TrackbookProvider } from '../widgets';
import { StatusItem } from './status-item';

afterEach(cleanup);

async function shown(runId: string | null) {
  const listRuns = vi.fn(async () => samplePage([sampleRow(1)]));
  const trackbook = sampleTrackbook(
    sampleApi({
      listRuns,
      recording: async () =>
        sampleRecording({
          state: 'recording',
          run_id: runId,
          run_name: runId === null ? null : 'lr 0.003'
        })
    })
  );
  trackbook.commands.addCommand('trackbook:show-panel', {
    execute: () => {
      trackbook.executed.push({ id: 'trackbook:show-panel', args: {} });
    }
  });
  trackbook.recordings.actions.setCurrent('k1');
  await trackbook.recordings.actions.read('k1');
  render(
    <TrackbookProvider trackbook={trackbook}>
      <StatusItem />
    </TrackbookProvider>
  );
  await act(async () => Promise.resolve());
  return { trackbook, listRuns };
}

describe('the status bar’s item', () => {
  it('says the run and its metric without a panel, and leads to it', async () => {
    const { trackbook, listRuns } = await shown('r1');
    const item = screen.getByRole('button', {
      name: 'Recording run 1, val_acc 0.9731: open its page'
    });
    expect(listRuns).toHaveBeenCalledTimes(1);
    expect(item.dataset['runId']).toBe('r1');
    await userEvent.click(item);
    expect(trackbook.executed).toEqual([
      { id: 'trackbook:open-run', args: { runId: 'r1' } }
    ]);
  });

  it('leads to the panel while no run is open', async () => {
    const { trackbook } = await shown(null);
    await userEvent.click(
      screen.getByRole('button', { name: /no run is open yet/ })
    );
    expect(trackbook.executed).toEqual([
      { id: 'trackbook:show-panel', args: {} }
    ]);
  });
});
