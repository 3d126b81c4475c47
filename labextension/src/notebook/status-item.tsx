/**
 * The status bar's word on recording: "● recording · lr 0.003 · val_acc 0.9731".
 */
import type { ReactElement } from 'react';

import { formatNumber } from '../format';
import { recordingOf } from '../recordings';
import { CommandIDs } from '../tokens';
import {
  useRecordings,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';

export function StatusItem(): ReactElement | null {
  const trans = useTrans();
  const { commands } = useTrackbook();
  const recording = useRecordings(
    state => recordingOf(state, state.currentKernelId).recording
  );
  const trouble = useRecordings(state => state.captureTrouble);
  const runId = recording?.run_id ?? null;
  const run = useTrackbookState(state =>
    runId === null ? undefined : state.runs[runId]
  );
  if (recording === null || recording.state !== 'recording') {
    return null;
  }
  const metric = run?.main_metric ?? null;
  const name = run?.name ?? recording.run_name;
  return (
    <button
      className="jp-trackbook-status-item"
      title={trouble ?? trans.__('Show the runs')}
      onClick={() => void commands.execute(CommandIDs.showPanel)}
    >
      <span className="jp-mod-recording">
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <circle cx="5" cy="5" r="4.2" fill="currentColor" />
        </svg>
        {trans.__('recording')}
      </span>
      {name !== null && (
        <span>
          {name}
          {metric !== null && ` · ${metric.key} ${formatNumber(metric.value)}`}
        </span>
      )}
      {trouble !== null && <span>{trans.__('notebook not captured')}</span>}
    </button>
  );
}
