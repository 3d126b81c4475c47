/**
 * Which runs a command is about.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

import { concerned } from '../selectors';
import type { TrackbookState, TrackbookStore } from '../store';

export type Args = { readonly [name: string]: unknown };

export type Targets = {
  /** The one run that is meant; null: none is. */
  readonly one: (args: Args) => string | null;
  /** That run, or the whole selection where it is part of it. */
  readonly all: (args: Args) => readonly string[];
  /** What is to be set beside each other: the selection, and the run under the menu. */
  readonly together: (args: Args) => readonly string[];
};

/**
 * A run is named by `runId`; with `isMenu` it is the one under the context menu, else
 * the one that the keyboard stands on.
 */
export function targetsIn(
  app: JupyterFrontEnd,
  store: TrackbookStore
): Targets {
  const one = (args: Args): string | null => {
    if (typeof args['runId'] === 'string') {
      return args['runId'];
    }
    if (args['isMenu'] === true) {
      const hit = app.contextMenuHitTest(
        node => node.dataset['runId'] !== undefined
      );
      return hit?.dataset['runId'] ?? null;
    }
    return store.getState().currentId;
  };
  const all = (args: Args): readonly string[] => {
    const runId = one(args);
    return runId === null ? [] : concerned(store.getState(), runId);
  };
  return {
    one,
    all,
    together: args => {
      const { selection } = store.getState();
      const runId = args['isMenu'] === true ? one(args) : null;
      return [...new Set([...selection, ...(runId === null ? [] : [runId])])];
    }
  };
}

/** What of the state decides whether commands can be executed, and what they are called. */
export function decides(state: TrackbookState): readonly unknown[] {
  const { currentId, selection, trashed, notebookPath, list } = state;
  const current = state.runs[currentId ?? ''];
  return [
    currentId,
    selection,
    trashed,
    notebookPath,
    list.ids.length > 0,
    current?.starred
  ];
}
