/**
 * The list's behaviour, however its rows look: which items there are, which of them are
 * drawn, what keys and clicks do, and what is read next.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range, Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';

import type { RunRow } from '../contract';
import { WITHOUT_RESULT } from '../folds';
import { itemKey, listItems } from '../list-items';
import type { ListItem } from '../list-items';
import { rowsOf } from '../selectors';
import type { FoldKey } from '../store';
import { CommandIDs } from '../tokens';
import { useActions, useTrackbook, useTrackbookState } from '../widgets';
import { useListActions } from './list-actions';
import type { ListActions } from './list-actions';
import { meaningOf } from './list-keys';
import { useListFocus } from './use-list-focus';
import type { ListFocus } from './use-list-focus';
import { useScrollAnchor } from './use-scroll-anchor';

/** The widest gap in items at which a group is read that is not in sight yet. */
const AHEAD = 30;

export type RunListModel = {
  readonly items: readonly ListItem[];
  /** The runs that are read, in their order. */
  readonly rows: readonly RunRow[];
  readonly selected: ReadonlySet<string>;
  readonly focus: ListFocus;
  readonly act: ListActions;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** The run whose name is edited in this list. */
  readonly editingId: string | null;
  /** What every item's element has: its place, role, and part in the tab order. */
  readonly rowProps: (index: number, start: number) => RowProps;
  /** What a run's element has besides. */
  readonly runProps: (item: RunItem, index: number) => RunProps;
  /** Of the element that scrolls: under the pointer, no row comes, goes or moves. */
  readonly holdProps: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
  };
};

export type RunItem = Extract<ListItem, { readonly kind: 'run' }>;

export type RowProps = {
  readonly role: 'row';
  readonly 'data-index': number;
  readonly 'aria-rowindex': number;
  readonly tabIndex: number;
  readonly style: { readonly transform: string };
  readonly onFocus: () => void;
};

export type RunProps = {
  readonly className: string;
  readonly 'aria-level': number;
  readonly 'aria-selected': boolean;
  readonly 'aria-expanded': boolean | undefined;
  readonly 'data-run-id': string;
  readonly 'data-hit': true | undefined;
  readonly 'data-trashed': true | undefined;
  readonly 'data-archived': true | undefined;
  readonly onClick: (event: MouseEvent) => void;
};

/** What stands above the items and stays there while they are scrolled. */
export type ListHead = { readonly rows: number; readonly height: number };

const NO_HEAD: ListHead = { rows: 0, height: 0 };

/** `heightOf` must stay the same function. */
export function useRunList(
  scroller: RefObject<HTMLDivElement>,
  heightOf: (item: ListItem) => number,
  head = NO_HEAD
): RunListModel {
  const { commands, lists } = useTrackbook();
  const actions = useActions();
  const runs = useTrackbookState(state => state.runs);
  const list = useTrackbookState(state => state.list);
  const folds = useTrackbookState(state => state.folds);
  const isAside = useTrackbookState(state => state.trashed || state.archived);
  const collapsed = useTrackbookState(state => state.collapsed);
  const selection = useTrackbookState(state => state.selection);
  const renamingId = useTrackbookState(state => state.renamingId);
  const place = useTrackbookState(state =>
    state.scope === 'folder' &&
    state.experimentId === null &&
    !state.trashed &&
    !state.archived
      ? state.place
      : null
  );
  const { order, groupCount } = list;
  const withoutResultCount = isAside ? 0 : list.withoutResultCount;
  const rows = useMemo(() => rowsOf(runs, list.ids), [runs, list.ids]);
  const items = useMemo(
    () =>
      listItems({
        order,
        groupCount,
        collapsed,
        runs,
        folds,
        withoutResultCount,
        place
      }),
    [order, groupCount, collapsed, runs, folds, withoutResultCount, place]
  );
  const selected = useMemo(() => new Set(selection), [selection]);

  const scrollTo = useCallback((index: number) => {
    latest.current.scrollToIndex(index);
  }, []);
  const focus = useListFocus(items, scroller, scrollTo);
  const withFocus = useCallback(
    (range: Range) => [
      ...new Set(
        [...defaultRangeExtractor(range), focus.index].sort((a, b) => a - b)
      )
    ],
    [focus.index]
  );
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => {
      const item = items[index];
      return item === undefined ? 0 : heightOf(item);
    },
    getItemKey: index => {
      const item = items[index];
      return item === undefined ? index : itemKey(item);
    },
    rangeExtractor: withFocus,
    overscan: 6,
    scrollPaddingEnd: head.height
  });
  const latest = useRef(virtualizer);
  latest.current = virtualizer;
  useEffect(() => {
    // Sizes are by index: which indexes are heads has changed.
    latest.current.measure();
  }, [items, heightOf]);
  useScrollAnchor(scroller, items, heightOf);

  const shown = virtualizer.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = (shown[shown.length - 1]?.index ?? 0) + AHEAD;
  const unread = useMemo(
    () => firstUnread(items.slice(first, last + 1)),
    [items, first, last]
  );
  useEffect(() => {
    if (unread !== null) {
      void actions.readGroup(unread);
    }
  }, [unread, actions]);
  const lacksGroups = items[Math.min(last, items.length - 1)];
  useEffect(() => {
    if (lacksGroups?.kind === 'groups-end') {
      void actions.loadMoreGroups();
    }
  }, [lacksGroups, actions]);

  const act = useListActions({ items, focus });
  const { byKey } = act;
  useEffect(
    () =>
      scroller.current === null
        ? undefined
        : lists.add(scroller.current, byKey),
    [lists, byKey, scroller]
  );
  // A list that goes while the pointer is in it holds nothing any more.
  useEffect(
    () => () => {
      actions.hold(false);
    },
    [actions]
  );
  return {
    items,
    rows,
    selected,
    focus,
    act,
    virtualizer,
    onKeyDown: event => {
      const meaning = meaningOf(event);
      if (meaning !== null) {
        event.preventDefault();
        event.stopPropagation();
        byKey(meaning);
      }
    },
    editingId: lists.isCurrent(scroller.current) ? renamingId : null,
    holdProps: {
      onPointerEnter: () => {
        actions.hold(true);
      },
      onPointerLeave: () => {
        actions.hold(false);
      }
    },
    runProps: (item, index) => {
      const { run, fold } = item;
      const isSelected = selected.has(run.run_id);
      return {
        className: rowClass(isSelected, fold),
        'aria-level': levelOf(fold),
        'aria-selected': isSelected,
        'aria-expanded': canUnfold(item) ? item.unfolded : undefined,
        'data-run-id': run.run_id,
        'data-hit': run.found === null ? undefined : true,
        'data-trashed': run.trashed_at === null ? undefined : true,
        'data-archived': run.archived_at === null ? undefined : true,
        onClick: event => {
          focus.note(index);
          if (event.shiftKey || event.ctrlKey || event.metaKey) {
            act.select(run.run_id, event.shiftKey);
          } else {
            void commands.execute(CommandIDs.openRun, { runId: run.run_id });
          }
        }
      };
    },
    rowProps: (index, start) => ({
      role: 'row',
      'data-index': index,
      'aria-rowindex': index + head.rows + 1,
      tabIndex: index === focus.index ? 0 : -1,
      style: { transform: `translateY(${start}px)` },
      onFocus: () => {
        const item = items[index];
        focus.note(index);
        if (scroller.current !== null) {
          lists.use(scroller.current);
        }
        actions.setCurrent(item?.kind === 'run' ? item.run.run_id : null);
      }
    })
  };
}

/** Whether nothing of the list is unread. */
export function isWhole(items: readonly ListItem[]): boolean {
  return !items.some(
    item => item.kind === 'group-end' || item.kind === 'groups-end'
  );
}

/** Whether runs alike to it are folded into it. */
export function canUnfold(item: RunItem): boolean {
  return item.fold === null && item.run.alike_count > 1;
}

function levelOf(fold: FoldKey | null): 2 | 3 {
  return fold === null || fold === WITHOUT_RESULT ? 2 : 3;
}

function rowClass(isSelected: boolean, fold: FoldKey | null): string {
  const mods = [
    isSelected ? ' jp-mod-selected' : '',
    levelOf(fold) === 2 ? '' : ' jp-mod-alike'
  ];
  return `jp-trackbook-row${mods.join('')}`;
}

/** The group to read of items in sight: one that waits, none that failed. */
function firstUnread(items: readonly ListItem[]): string | null {
  for (const item of items) {
    if (
      item.kind === 'group-end' &&
      (item.phase === 'idle' || item.phase === 'ready')
    ) {
      return item.key;
    }
  }
  return null;
}
