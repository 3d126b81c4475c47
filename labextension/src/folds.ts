/**
 * What the list folds away and opens in place: the runs without result, and those alike.
 */
import type { StoreApi } from 'zustand/vanilla';

import { failureOf } from './api';
import type { Api, RunQuery } from './api';
import type { RunRow } from './contract';
import { pageOf, queryOf } from './state';
import type { Fold, FoldKey, TrackbookState } from './state';

type Tools = Pick<StoreApi<TrackbookState>, 'getState' | 'setState'> & {
  readonly keepRuns: (rows: readonly RunRow[]) => void;
};

export type Folds = {
  /** Opens what is folded away, or folds it away again. */
  readonly toggleFold: (key: FoldKey) => void;
  readonly loadMoreOfFold: (key: FoldKey) => Promise<void>;
  /** Reads the open ones again: what they hold may have changed. */
  readonly refreshFolds: () => void;
};

const CLOSED: Fold = { phase: { kind: 'idle' }, ids: [], cursor: null };

export function createFolds(api: Api, tools: Tools): Folds {
  const { getState, keepRuns, setState } = tools;

  /** Changes a fold that is open; one that was closed meanwhile stays closed. */
  function setFold(key: FoldKey, change: Partial<Fold>): void {
    setState(({ folds }) => {
      const fold = folds[key];
      return fold === undefined
        ? {}
        : { folds: { ...folds, [key]: { ...fold, ...change } } };
    });
  }

  async function read(key: FoldKey, cursor: string | null): Promise<void> {
    const asked = getState();
    setFold(key, { phase: { kind: 'loading' } });
    try {
      const page = await api.listRuns({
        ...foldQuery(asked, key),
        ...(cursor === null ? {} : { cursor })
      });
      if (isElsewhere(asked, getState())) {
        return;
      }
      keepRuns(page.runs);
      const read = page.runs.map(row => row.run_id);
      const before = cursor === null ? [] : (getState().folds[key]?.ids ?? []);
      setFold(key, {
        phase: { kind: 'ready' },
        ids: [...new Set([...before, ...read])],
        cursor: page.next_cursor
      });
    } catch (thrown) {
      setFold(key, { phase: { kind: 'failed', failure: failureOf(thrown) } });
    }
  }

  return {
    toggleFold: key => {
      const { [key]: open, ...others } = getState().folds;
      setState({
        folds: open === undefined ? { ...others, [key]: CLOSED } : others
      });
      if (open === undefined) {
        void read(key, null);
      }
    },
    loadMoreOfFold: async key =>
      read(key, getState().folds[key]?.cursor ?? null),
    refreshFolds: () => {
      for (const key of Object.keys(getState().folds)) {
        void read(key, null);
      }
    }
  };
}

function foldQuery(state: TrackbookState, key: FoldKey): RunQuery {
  return {
    ...pageOf(state),
    ...(key === WITHOUT_RESULT ? { without_result: true } : { alike: key })
  };
}

/** The fold of the runs without result; every other key is the id of a run. */
export const WITHOUT_RESULT: FoldKey = 'without-result';

/** Whether another list is shown by now than the one that was asked for. */
export function isElsewhere(
  asked: TrackbookState,
  now: TrackbookState
): boolean {
  return JSON.stringify(queryOf(asked)) !== JSON.stringify(queryOf(now));
}
