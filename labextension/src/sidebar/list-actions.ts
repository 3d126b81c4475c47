/**
 * What the list's keys and clicks do.
 */
import { useMemo, useRef } from 'react';

import type { KeyMeaning } from '../lists';
import { rowsOf } from '../selectors';
import type { ListItem } from '../list-items';
import type { FoldKey } from '../store';
import { CommandIDs } from '../tokens';
import { useTrackbook } from '../widgets';
import type { ListFocus } from './use-list-focus';

export type ListActions = {
  readonly byKey: (meaning: KeyMeaning) => void;
  /** Selects or deselects a run; `range`: all from the last one touched to it. */
  readonly select: (runId: string, range: boolean) => void;
  readonly toggleFold: (key: FoldKey) => void;
  /** Opens what stands at an item that is no run, or folds it away. */
  readonly openItem: (item: ListItem) => void;
  readonly renamed: (
    runId: string,
    name: string | null,
    refocus: boolean
  ) => void;
};

export function useListActions(list: {
  readonly items: readonly ListItem[];
  readonly focus: ListFocus;
}): ListActions {
  const { commands, store } = useTrackbook();
  const latest = useRef(list);
  latest.current = list;
  const lastTouched = useRef<string | null>(null);

  return useMemo(() => {
    const { actions, getState } = store;

    const select = (runId: string, range: boolean): void => {
      if (range && lastTouched.current !== null) {
        actions.selectRange(lastTouched.current, runId);
      } else {
        actions.toggle(runId);
      }
      lastTouched.current = runId;
    };

    /** The focus goes to the row that stays where what is below it goes. */
    const toggleFold = (key: FoldKey): void => {
      const { focus, items } = latest.current;
      const head = items.findIndex(
        item =>
          (item.kind === 'fold' && item.fold === key) ||
          (item.kind === 'run' && item.run.run_id === key)
      );
      actions.toggleFold(key);
      if (head >= 0) {
        focus.moveTo(head);
      }
    };

    const renamed = (
      runId: string,
      name: string | null,
      refocus: boolean
    ): void => {
      actions.setRenaming(null);
      if (name !== null) {
        void actions.rename(runId, name);
      }
      if (refocus) {
        latest.current.focus.moveTo(latest.current.focus.index);
      }
    };

    const move = (by: number, extend: boolean): void => {
      const { focus, items } = latest.current;
      const from = items[focus.index];
      const to =
        items[Math.max(0, Math.min(items.length - 1, focus.index + by))];
      if (extend && from?.kind === 'run' && to?.kind === 'run') {
        actions.selectRange(from.run.run_id, to.run.run_id);
        lastTouched.current = to.run.run_id;
      }
      focus.moveTo(focus.index + by);
    };

    /** Opens or folds away what stands at the focus, else its group. */
    const fold = (collapsed: boolean): void => {
      const { focus, items } = latest.current;
      const item = items[focus.index];
      const key = item === undefined ? null : foldAt(item, collapsed);
      if (key !== null) {
        toggleFold(key);
        return;
      }
      const heads = items.slice(0, focus.index + 1);
      const head = heads.filter(item => item.kind === 'group').pop();
      if (head?.kind === 'group') {
        actions.collapse(head.group.key, collapsed);
        if (collapsed) {
          focus.moveTo(items.indexOf(head));
        }
      }
    };

    const openItem = (item: ListItem): void => {
      switch (item.kind) {
        case 'folder':
          actions.setFolder(item.folder.path);
          return;
        case 'experiment':
          actions.setExperiment(item.experiment.experiment_id);
          return;
        case 'group':
          actions.collapse(item.group.key, !item.collapsed);
          return;
        case 'group-end':
          void actions.readGroup(item.key);
          return;
        case 'groups-end':
          void actions.loadMoreGroups();
          return;
        case 'fold':
          toggleFold(item.fold);
          return;
        case 'fold-end':
          void actions.loadMoreOfFold(item.fold);
          return;
        case 'run':
          void commands.execute(CommandIDs.openRun, {
            runId: item.run.run_id
          });
      }
    };

    const byKey = (meaning: KeyMeaning): void => {
      const { focus, items } = latest.current;
      const item = items[focus.index];
      switch (meaning.kind) {
        case 'move':
          move(meaning.by, meaning.extend);
          return;
        case 'first':
          focus.moveTo(0);
          return;
        case 'last':
          focus.moveTo(items.length - 1);
          return;
        case 'collapse':
        case 'expand':
          fold(meaning.kind === 'collapse');
          return;
        case 'select-all':
          for (const run of rowsOf(getState().runs, getState().list.ids)) {
            if (!getState().selection.includes(run.run_id)) {
              actions.toggle(run.run_id);
            }
          }
          return;
        case 'refocus':
          focus.moveTo(focus.index);
          return;
        case 'open':
        case 'toggle':
          if (item?.kind === 'run') {
            onRun(meaning.kind, item.run.run_id);
          } else if (item !== undefined) {
            openItem(item);
          }
          return;
      }
    };

    const onRun = (kind: 'open' | 'toggle', runId: string): void => {
      if (kind === 'open') {
        void commands.execute(CommandIDs.openRun, { runId });
      } else {
        select(runId, false);
      }
    };

    return { byKey, select, renamed, toggleFold, openItem };
  }, [commands, store]);
}

/** The fold that an item can open, or close (its own, or the one that it stands in). */
function foldAt(item: ListItem, close: boolean): FoldKey | null {
  switch (item.kind) {
    case 'folder':
    case 'experiment':
    case 'group':
    case 'group-end':
    case 'groups-end':
      return null;
    case 'fold':
      return item.open === close ? item.fold : null;
    case 'fold-end':
      return close ? item.fold : null;
    case 'run':
      if (close) {
        return item.unfolded ? item.run.run_id : item.fold;
      }
      return item.run.alike_count > 1 && !item.unfolded && item.fold === null
        ? item.run.run_id
        : null;
  }
}
