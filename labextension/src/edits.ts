/**
 * Edits of a run: shown at once, sent, and taken back where the server refuses.
 */
import type { StoreApi } from 'zustand/vanilla';

import { messageOf } from './api';
import type { Api } from './api';
import type { Run, RunEdit, RunRow } from './contract';
import type { TrackbookState } from './state';

type Tools = Pick<StoreApi<TrackbookState>, 'getState' | 'setState'> & {
  readonly keepRuns: (rows: readonly RunRow[]) => void;
};

export type Edits = {
  /** Resolves to whether the server took it. */
  readonly edit: (runId: string, sent: Partial<RunEdit>) => Promise<boolean>;
  readonly receiveRun: (run: Run) => void;
};

export function createEdits(api: Api, tools: Tools): Edits {
  const { getState, keepRuns, setState } = tools;

  /** Shows the edit at once, sends it, and takes it back if it was refused. */
  async function edit(runId: string, sent: Partial<RunEdit>): Promise<boolean> {
    const before = getState().runs[runId];
    if (before !== undefined) {
      keepRuns([{ ...before, ...shownEdit(sent) }]);
    }
    try {
      receiveRun(await api.editRun(runId, sent));
      return true;
    } catch (thrown) {
      if (before !== undefined) {
        keepRuns([before]);
      }
      setState({ notice: { kind: 'failed', message: messageOf(thrown) } });
      return false;
    }
  }

  function receiveRun(run: Run): void {
    const row = getState().runs[run.run_id];
    // An answer that was overtaken by a newer one says nothing new.
    if (row !== undefined && run.change >= row.change) {
      keepRuns([rowFromRun(row, run)]);
    }
  }

  return { edit, receiveRun };
}

function shownEdit(sent: Partial<RunEdit>): Partial<RunRow> {
  return {
    // An empty name gives the automatic one back, which only the server knows.
    ...(sent.name != null && sent.name !== ''
      ? { name: sent.name, is_named: true }
      : {}),
    ...(sent.starred != null ? { starred: sent.starred } : {})
  };
}

function rowFromRun(row: RunRow, run: Run): RunRow {
  return {
    ...row,
    name: run.name,
    is_named: run.is_named,
    status: run.status,
    ended_at: run.ended_at,
    duration_ms: run.duration_ms,
    starred: run.starred,
    trashed_at: run.trashed_at,
    main_metric: run.main_metric,
    error: run.error,
    change: run.change
  };
}
