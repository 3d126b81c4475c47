/**
 * Switching recording, and showing a cell.
 */
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';

import { recordingOf } from '../recordings';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import type { Obstacle } from './cannot-dialog';

/** Switches recording on or off, and asks what to do where it can't be. */
export async function switchRecording(
  trackbook: ITrackbook,
  kernelId: string
): Promise<void> {
  const { recordings } = trackbook;
  const view = recordingOf(recordings.getState(), kernelId);
  if (view.busy) {
    return;
  }
  const known = obstacleOf(trackbook, kernelId);
  if (known === null) {
    const state = view.recording?.state ?? 'off';
    await recordings.actions.record(kernelId, state === 'off');
  }
  let obstacle = known ?? obstacleOf(trackbook, kernelId);
  while (obstacle !== null) {
    const { askAboutObstacle } = await import('./cannot-dialog');
    const answer = await askAboutObstacle(trackbook, obstacle);
    if (answer !== 'retry') {
      if (answer === 'give-up') {
        await recordings.actions.record(kernelId, false);
      }
      return;
    }
    await recordings.actions.record(kernelId, true);
    obstacle = obstacleOf(trackbook, kernelId);
  }
}

function obstacleOf(
  { recordings }: ITrackbook,
  kernelId: string
): Obstacle | null {
  const { recording, failure } = recordingOf(recordings.getState(), kernelId);
  if (failure !== null) {
    return { kind: 'failed', failure };
  }
  return recording?.state === 'cannot' ? { kind: 'cannot', recording } : null;
}

export function addRecordCommand(
  trackbook: ITrackbook,
  tracker: INotebookTracker,
  palette: ICommandPalette | null
): void {
  const { commands, recordings, trans } = trackbook;
  const kernelId = (): string | null => recordings.getState().currentKernelId;
  const isOn = (): boolean => {
    const state = recordingOf(recordings.getState(), kernelId()).recording
      ?.state;
    return state === 'recording' || state === 'waiting';
  };
  commands.addCommand(CommandIDs.record, {
    label: () =>
      isOn() ? trans.__('Stop Recording') : trans.__('Record Notebook'),
    caption: trans.__('Keep what every run of the notebook was made of'),
    isEnabled: () => kernelId() !== null,
    isToggled: isOn,
    execute: async () => {
      const id = kernelId();
      if (id !== null) {
        await switchRecording(trackbook, id);
      }
    }
  });
  recordings.subscribe(() => {
    commands.notifyCommandChanged(CommandIDs.record);
  });
  palette?.addItem({
    command: CommandIDs.record,
    category: trans.__('Trackbook')
  });
  commands.addCommand(CommandIDs.showCell, {
    label: trans.__('Show Cell'),
    caption: trans.__('Scroll to a cell of an open notebook'),
    execute: args => {
      const panel = tracker.find(open => open.context.path === args['path']);
      const cells = panel?.content.widgets ?? [];
      const index = cells.findIndex(cell => cell.model.id === args['cellId']);
      const cell = cells[index];
      if (panel === undefined || cell === undefined) {
        return 'gone';
      }
      panel.content.activeCellIndex = index;
      void panel.content.scrollToItem(index, 'center');
      const { source } = args;
      return typeof source === 'string' &&
        source !== cell.model.sharedModel.getSource()
        ? 'edited'
        : 'same';
    }
  });
}
