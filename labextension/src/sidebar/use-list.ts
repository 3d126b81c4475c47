/**
 * The list's behaviour, however its rows look: which items there are, which of them are
 * drawn, what keys and clicks do, and what is read next.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range, Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';

import type { RunRow } from '../contract';
import { itemKey, listItems } from '../list-items';
import type { ListItem } from '../list-items';
import { rowsOf } from '../selectors';
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
  readonly onRowClick: (event: MouseEvent, index: number, run: string) => void;
  /** What every item's element has: its place, role, and part in the tab order. */
  readonly rowProps: (index: number, start: number) => RowProps;
};

export type RowProps = {
  readonly role: 'row';
  readonly 'data-index': number;
  readonly 'aria-rowindex': number;
  readonly tabIndex: number;
  readonly style: { readonly transform: string };
  readonly onFocus: () => void;
};

/** `heightOf` must stay the same function; `before` are rows that precede the items. */
export function useRunList(
  scroller: RefObject<HTMLDivElement>,
  heightOf: (item: ListItem) => number,
  before = 0
): RunListModel {
  const { commands, lists } = useTrackbook();
  const actions = useActions();
  const runs = useTrackbookState(state => state.runs);
  const list = useTrackbookState(state => state.list);
  const folds = useTrackbookState(state => state.folds);
  const trashed = useTrackbookState(state => state.trashed);
  const collapsed = useTrackbookState(state => state.collapsed);
  const selection = useTrackbookState(state => state.selection);
  const place = useTrackbookState(state =>
    state.scope === 'folder' && state.experimentId === null && !state.trashed
      ? state.place
      : null
  );
  const { order, groupCount } = list;
  const withoutResultCount = trashed ? 0 : list.withoutResultCount;
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
    scrollMargin: 0
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
    onRowClick: (event, index, runId) => {
      focus.note(index);
      if (event.shiftKey || event.ctrlKey || event.metaKey) {
        act.select(runId, event.shiftKey);
      } else {
        void commands.execute(CommandIDs.openRun, { runId });
      }
    },
    rowProps: (index, start) => ({
      role: 'row',
      'data-index': index,
      'aria-rowindex': index + before + 1,
      tabIndex: index === focus.index ? 0 : -1,
      style: { transform: `translateY(${start}px)` },
      onFocus: () => {
        const item = items[index];
        focus.note(index);
        actions.setCurrent(item?.kind === 'run' ? item.run.run_id : null);
      }
    })
  };
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
