/**
 * Edits of many runs at once: sent in parts, with what undoes them.
 */
import type { StoreApi } from 'zustand/vanilla';

import { messageOf } from './api';
import type { Api } from './api';
import type { RunsEdit, RunsUndo } from './contract';
import { sortsOf, whichOf } from './state';
import type { Edited, TrackbookState } from './state';

/** So many runs are in one request: an edit of more can be stopped between two. */
const PART = 250;
/** So many ids are asked for at once. */
const IDS = 10_000;

export type RunsChange = Partial<Omit<RunsEdit, 'run_ids'>>;
type Sent = Pick<RunsEdit, 'run_ids'> & RunsChange;

type Tools = Pick<StoreApi<TrackbookState>, 'getState' | 'setState'> & {
  /** Brings the list up to date, wherever the pointer is. */
  readonly showNews: () => Promise<void>;
};

export type Bulk = {
  readonly editMany: (
    runIds: readonly string[],
    change: RunsChange,
    edited: Edited
  ) => Promise<void>;
  readonly undoMany: (undo: readonly RunsUndo[]) => Promise<void>;
  readonly stop: () => void;
  readonly selectAll: () => Promise<void>;
};

export function createBulk(api: Api, tools: Tools): Bulk {
  const { getState, setState, showNews } = tools;
  let isStopped = false;

  /**
   * Sends the edits part by part; resolves to what undoes those that were done, and to
   * what kept the rest from being done.
   */
  async function send(edits: readonly Sent[]): Promise<{
    readonly count: number;
    readonly undo: readonly RunsUndo[];
    readonly failure: string | null;
  }> {
    const parts = edits.flatMap(inParts);
    const total = edits.reduce((sum, edit) => sum + edit.run_ids.length, 0);
    const undo: RunsUndo[] = [];
    let count = 0;
    let done = 0;
    isStopped = false;
    for (const part of parts) {
      if (parts.length > 1) {
        setState({ notice: { kind: 'working', done, total } });
      }
      try {
        const answer = await api.editRuns(part);
        count += answer.count;
        undo.push(...answer.undo);
      } catch (thrown) {
        return { count, undo, failure: messageOf(thrown) };
      }
      done += part.run_ids.length;
      if (isStopped) {
        break;
      }
    }
    return { count, undo, failure: null };
  }

  return {
    editMany: async (runIds, change, edited) => {
      const edit = { run_ids: runIds, ...change };
      const { count, undo, failure } = await send([edit]);
      setState({
        notice:
          failure === null
            ? { kind: 'edited', edited, count, undo }
            : { kind: 'failed', message: failure, undo }
      });
      await showNews();
    },
    undoMany: async undo => {
      setState({ notice: null });
      const { failure } = await send(undo.map(asEdit));
      setState({
        notice:
          failure === null ? null : { kind: 'failed', message: failure, undo }
      });
      await showNews();
    },
    stop: () => {
      isStopped = true;
    },
    selectAll: async () => {
      const asked = getState();
      const query = { ...whichOf(asked), sort: sortsOf(asked), limit: IDS };
      const ids: string[] = [];
      let cursor: string | null = null;
      try {
        do {
          const page: {
            run_ids: readonly string[];
            next_cursor: string | null;
          } = await api.listRunIds({
            ...query,
            ...(cursor === null ? {} : { cursor })
          });
          ids.push(...page.run_ids);
          cursor = page.next_cursor;
        } while (cursor !== null);
      } catch (thrown) {
        setState({ notice: { kind: 'failed', message: messageOf(thrown) } });
        return;
      }
      // Another list is shown by now: what was meant is not in sight.
      if (
        JSON.stringify(whichOf(getState())) === JSON.stringify(whichOf(asked))
      ) {
        setState({ selection: ids });
      }
    }
  };
}

function inParts(edit: Sent): readonly Sent[] {
  const parts: Sent[] = [];
  for (let first = 0; first < edit.run_ids.length; first += PART) {
    parts.push({ ...edit, run_ids: edit.run_ids.slice(first, first + PART) });
  }
  return parts;
}

/** What gives runs back what they had: only the fields that were changed. */
function asEdit({ run_ids, tags, ...had }: RunsUndo): Sent {
  const changed = Object.entries(had).filter(([, value]) => value !== null);
  return { run_ids, tags, ...Object.fromEntries(changed) };
}
