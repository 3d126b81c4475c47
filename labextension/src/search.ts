/**
 * Searching the list: a filter counts once the server has understood it.
 */
import { failureOf } from './api';
import type { Api } from './api';
import type { Problem } from './contract';
import { queryOf } from './state';
import type { TrackbookState } from './state';

type Tools = {
  readonly getState: () => TrackbookState;
  /** Shows the list that the change asks for, and what is there until that is read. */
  readonly restart: (change: Partial<TrackbookState>, keep: boolean) => void;
};

/** Searches; resolves to why not, null: it does. */
export type Search = (filter: string) => Promise<Problem | null>;

export function createSearch(api: Api, { getState, restart }: Tools): Search {
  let turn = 0;
  return async text => {
    const mine = ++turn;
    const filter = text.trim();
    const state = getState();
    if (filter === state.filter) {
      return null;
    }
    if (filter !== '') {
      try {
        await api.listRuns({ ...queryOf({ ...state, filter }), limit: 1 });
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (failure.kind === 'refused' && failure.problem.position !== null) {
          return failure.problem;
        }
        // Anything else the list says itself.
      }
    }
    if (mine === turn) {
      restart({ filter, selection: [] }, true);
    }
    return null;
  };
}
