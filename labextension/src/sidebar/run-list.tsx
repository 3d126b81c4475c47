/**
 * The list: days, runs, and the keys and clicks that act on them. Only the rows in
 * sight are drawn.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, ReactElement } from 'react';

import { WITHOUT_RESULT } from '../folds';
import { listItems } from '../list-items';
import { metricFormats, rowsOf } from '../selectors';
import type { ListItem } from '../list-items';
import type { FoldKey } from '../store';
import { CommandIDs } from '../tokens';
import {
  useActions,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';
import { DayRow } from './day-row';
import { FoldEnd, FoldRow } from './fold-row';
import { useListActions } from './list-actions';
import { meaningOf } from './list-keys';
import { RunRow } from './run-row';
import { HIT_HEIGHT } from './text-hit';
import { useCollapsedDays } from './use-collapsed-days';
import { itemKey, useListFocus } from './use-list-focus';
import { useNow } from './use-now';
import { useScrollAnchor } from './use-scroll-anchor';

export const RUN_HEIGHT = 48;
export const DAY_HEIGHT = 28;
/** How many items from the end the next page is asked for. */
const AHEAD = 30;

export function RunList(): ReactElement {
  const trans = useTrans();
  const { commands, lists } = useTrackbook();
  const actions = useActions();
  const runs = useTrackbookState(state => state.runs);
  const list = useTrackbookState(state => state.list);
  const folds = useTrackbookState(state => state.folds);
  const trashed = useTrackbookState(state => state.trashed);
  const sort = useTrackbookState(state => state.sort);
  const selection = useTrackbookState(state => state.selection);
  const renamingId = useTrackbookState(state => state.renamingId);
  const now = useNow(20_000);
  const days = useCollapsedDays();

  const rows = useMemo(() => rowsOf(runs, list.ids), [runs, list.ids]);
  const items = useMemo(
    () =>
      listItems({
        rows,
        sort,
        collapsed: days.collapsed,
        runs,
        folds,
        withoutResultCount:
          trashed || list.cursor !== null ? 0 : list.withoutResultCount
      }),
    [
      rows,
      sort,
      days.collapsed,
      runs,
      folds,
      trashed,
      list.cursor,
      list.withoutResultCount
    ]
  );
  const formats = useMemo(() => metricFormats(rows), [rows]);
  const showsExperiment = useMemo(
    () => new Set(rows.map(run => run.experiment_id)).size > 1,
    [rows]
  );
  const selected = useMemo(() => new Set(selection), [selection]);

  const scroller = useRef<HTMLDivElement>(null);
  const scrollTo = useCallback((index: number) => {
    virtualizer.current.scrollToIndex(index);
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
  const current = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => heightOf(items[index]),
    getItemKey: index => keyAt(items, index),
    rangeExtractor: withFocus,
    overscan: 6
  });
  const virtualizer = useRef(current);
  virtualizer.current = current;
  useEffect(() => {
    // Sizes are by index: which indexes are days has changed.
    virtualizer.current.measure();
  }, [items]);
  useScrollAnchor(scroller, items, heightOf);

  const shown = current.getVirtualItems();
  const lastShown = shown[shown.length - 1]?.index ?? 0;
  const wantsMore = list.cursor !== null && lastShown >= items.length - AHEAD;
  useEffect(() => {
    if (wantsMore && list.more.kind === 'idle') {
      void actions.loadMore();
    }
  }, [wantsMore, list.more.kind, actions]);

  const act = useListActions({ items, focus, days });
  const { byKey } = act;
  useEffect(
    () =>
      scroller.current === null
        ? undefined
        : lists.add(scroller.current, byKey),
    [lists, byKey]
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const meaning = meaningOf(event);
    if (meaning !== null) {
      event.preventDefault();
      event.stopPropagation();
      byKey(meaning);
    }
  };
  const onRowClick = (
    event: MouseEvent,
    index: number,
    runId: string
  ): void => {
    focus.note(index);
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      act.select(runId, event.shiftKey);
    } else {
      void commands.execute(CommandIDs.openRun, { runId });
    }
  };

  return (
    <div
      ref={scroller}
      className="jp-trackbook-list"
      onPointerEnter={() => {
        actions.hold(true);
      }}
      onPointerLeave={() => {
        actions.hold(false);
      }}
    >
      <div
        role="treegrid"
        aria-label={trans.__('Runs')}
        aria-multiselectable="true"
        aria-rowcount={list.cursor === null ? items.length : -1}
        style={{ blockSize: current.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {shown.map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) {
            return null;
          }
          const shared = {
            role: 'row',
            'data-index': index,
            'aria-rowindex': index + 1,
            tabIndex: index === focus.index ? 0 : -1,
            style: { transform: `translateY(${start}px)` },
            onFocus: () => {
              focus.note(index);
              actions.setCurrent(item.kind === 'run' ? item.run.run_id : null);
            }
          };
          if (item.kind === 'day') {
            return (
              <div
                {...shared}
                key={key}
                className="jp-trackbook-day"
                aria-level={1}
                aria-expanded={!item.collapsed}
                onClick={() => {
                  days.toggle(item.day.key);
                }}
              >
                <DayRow
                  day={item.day}
                  collapsed={item.collapsed}
                  format={formats.get(item.day.best?.key ?? '')}
                  now={now}
                  isPartial={list.cursor !== null && isLastDay(items, index)}
                />
              </div>
            );
          }
          if (item.kind === 'fold') {
            return (
              <div
                {...shared}
                key={key}
                className="jp-trackbook-day"
                aria-level={1}
                aria-expanded={item.open}
                onClick={() => {
                  act.toggleFold(item.fold);
                }}
              >
                <FoldRow count={item.count} open={item.open} />
              </div>
            );
          }
          if (item.kind === 'fold-end') {
            return (
              <div
                {...shared}
                key={key}
                className="jp-trackbook-day"
                aria-level={2}
                onClick={() => {
                  void actions.loadMoreOfFold(item.fold);
                }}
              >
                <FoldEnd phase={item.phase} />
              </div>
            );
          }
          const { run } = item;
          const isSelected = selected.has(run.run_id);
          return (
            <div
              {...shared}
              key={key}
              className={rowClass(isSelected, item.fold)}
              data-hit={run.found === null ? undefined : true}
              aria-level={
                item.fold === null || item.fold === WITHOUT_RESULT ? 2 : 3
              }
              aria-expanded={canUnfold(item) ? item.unfolded : undefined}
              data-run-id={run.run_id}
              data-trashed={run.trashed_at === null ? undefined : true}
              aria-selected={isSelected}
              onClick={event => {
                onRowClick(event, index, run.run_id);
              }}
            >
              <RunRow
                run={run}
                format={formats.get(run.main_metric?.key ?? '')}
                showsMetricKey={formats.size > 1}
                showsExperiment={showsExperiment}
                selected={isSelected}
                editing={renamingId === run.run_id}
                now={now}
                unfolded={canUnfold(item) ? item.unfolded : null}
                onUnfold={act.toggleFold}
                onSelect={act.select}
                onRenamed={act.renamed}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function keyAt(items: readonly ListItem[], index: number): string {
  const item = items[index];
  return item === undefined ? String(index) : itemKey(item);
}

function heightOf(item: ListItem | undefined): number {
  if (item?.kind !== 'run') {
    return DAY_HEIGHT;
  }
  return item.run.found === null ? RUN_HEIGHT : RUN_HEIGHT + HIT_HEIGHT;
}

/** Whether runs alike to it are folded into it. */
function canUnfold(item: ListItem): boolean {
  return item.kind === 'run' && item.fold === null && item.run.alike_count > 1;
}

function rowClass(isSelected: boolean, fold: FoldKey | null): string {
  const mods = [
    isSelected ? ' jp-mod-selected' : '',
    fold === null || fold === WITHOUT_RESULT ? '' : ' jp-mod-alike'
  ];
  return `jp-trackbook-row${mods.join('')}`;
}

function isLastDay(items: readonly ListItem[], index: number): boolean {
  return !items.slice(index + 1).some(item => item.kind === 'day');
}
