/**
 * Edits of runs: shown at once, sent, and taken back where the server refuses.
 */
import type { StoreApi } from 'zustand/vanilla';

import { messageOf } from './api';
import type { Api } from './api';
import type { Run, RunEdit, RunRow } from './contract';
import { withoutRuns } from './sections';
import type { Order } from './sections';
import type { ListState, TrackbookState } from './state';

type Tools = Pick<StoreApi<TrackbookState>, 'getState' | 'setState'> & {
  readonly keepRuns: (rows: readonly RunRow[]) => void;
  readonly setOrder: (order: Order, change: Partial<ListState>) => void;
};

export type Edits = {
  /** Resolves to whether the server took it. */
  readonly edit: (runId: string, sent: Partial<RunEdit>) => Promise<boolean>;
  /** Moves runs to the trash or out of it; resolves to those that went. */
  readonly moveOut: (
    runIds: readonly string[],
    trashed: boolean
  ) => Promise<readonly string[]>;
  readonly receiveRun: (run: Run) => void;
};

export function createEdits(api: Api, tools: Tools): Edits {
  const { getState, keepRuns, setOrder, setState } = tools;

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

  /** Takes runs out of the list, sends the edit, and puts back those refused. */
  async function moveOut(
    runIds: readonly string[],
    trashed: boolean
  ): Promise<readonly string[]> {
    const going = new Set(runIds);
    const { list } = getState();
    const before = list.order;
    const without = (ids: readonly string[]): readonly string[] =>
      ids.filter(id => !going.has(id));
    setOrder(withoutRuns(list.order, going), {
      waiting: list.waiting === null ? null : withoutRuns(list.waiting, going),
      total: Math.max(0, list.total - going.size)
    });
    setState(({ selection, folds }) => ({
      selection: without(selection),
      folds: Object.fromEntries(
        Object.entries(folds)
          .filter(([key]) => !going.has(key))
          .map(([key, fold]) => [key, { ...fold, ids: without(fold.ids) }])
      )
    }));
    const answers = await Promise.all(
      runIds.map(async id => ({ id, done: await edit(id, { trashed }) }))
    );
    const refused = answers
      .filter(answer => !answer.done)
      .map(answer => answer.id);
    if (refused.length > 0) {
      const done = answers.filter(answer => answer.done);
      setOrder(withoutRuns(before, new Set(done.map(answer => answer.id))), {});
    }
    return answers.filter(answer => answer.done).map(answer => answer.id);
  }

  return { edit, moveOut, receiveRun };
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
