/**
 * The status bar's word on recording: "● recording · lr 0.003 · val_acc 0.9731". A click
 * leads to the run; what else can be done, the schema's context menu has.
 */
import type { ReactElement } from 'react';

import { formatNumber } from '../format';
import { recordingOf } from '../recordings';
import { CommandIDs } from '../tokens';
import { useRecordings, useTrackbook, useTrans } from '../widgets';
import { useRecordedRun } from './use-recorded-run';

export function StatusItem(): ReactElement | null {
  const trans = useTrans();
  const { commands } = useTrackbook();
  const kernelId = useRecordings(state => state.currentKernelId);
  const recording = useRecordings(
    state => recordingOf(state, state.currentKernelId).recording
  );
  const trouble = useRecordings(state => state.captureTrouble);
  const runId = recording?.run_id ?? null;
  const run = useRecordedRun(kernelId, runId);
  if (recording === null || recording.state !== 'recording') {
    return null;
  }
  const metric = run?.main_metric ?? null;
  const name = run?.name ?? recording.run_name;
  const result =
    metric === null ? '' : `${metric.key} ${formatNumber(metric.value)}`;
  const what =
    name === null
      ? trans.__('Recording; no run is open yet. Show the runs')
      : result === ''
        ? trans.__('Recording %1: open its page', name)
        : trans.__('Recording %1, %2: open its page', name, result);
  return (
    <button
      className="jp-trackbook-status-item"
      aria-label={what}
      title={trouble ?? what}
      data-run-id={runId ?? undefined}
      onClick={() =>
        void (runId === null
          ? commands.execute(CommandIDs.showPanel)
          : commands.execute(CommandIDs.openRun, { runId }))
      }
    >
      <span className="jp-mod-recording">
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <circle cx="5" cy="5" r="4.2" fill="currentColor" />
        </svg>
        {trans.__('recording')}
      </span>
      {name !== null && (
        <span dir="auto">
          {name}
          {result !== '' && ` · ${result}`}
        </span>
      )}
      {trouble !== null && <span>{trans.__('notebook not captured')}</span>}
    </button>
  );
}
