/**
 * The list in the panel: heads, runs in two lines, and what is folded away. Only the
 * rows in sight are drawn.
 */
import { useMemo, useRef } from 'react';
import type { ReactElement } from 'react';

import { cellFormat } from '../columns';
import { WITHOUT_RESULT } from '../folds';
import { metricFormats } from '../selectors';
import type { ListItem } from '../list-items';
import { columnsOf } from '../store';
import type { FoldKey } from '../store';
import { useActions, useLocale, useTrackbookState, useTrans } from '../widgets';
import { OtherRow } from './other-row';
import { RunRow } from './run-row';
import type { ShownColumn } from './run-row';
import { HIT_HEIGHT } from './text-hit';
import { useRunList } from './use-list';
import { useNow } from './use-now';

export const RUN_HEIGHT = 48;
export const HEAD_HEIGHT = 28;

export function RunList(): ReactElement {
  const trans = useTrans();
  const locale = useLocale();
  const actions = useActions();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRunList(scroller, heightOf);
  const { items, rows, selected, act, virtualizer } = list;
  const renamingId = useTrackbookState(state => state.renamingId);
  const names = useTrackbookState(columnsOf);
  const now = useNow(20_000);
  const formats = useMemo(() => metricFormats(rows), [rows]);
  const columns = useMemo(
    () =>
      names.map((name): ShownColumn => {
        return { name, format: cellFormat(name, rows, trans, locale) };
      }),
    [names, rows, trans, locale]
  );
  const showsExperiment = useMemo(
    () => new Set(rows.map(run => run.experiment_id)).size > 1,
    [rows]
  );
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
        aria-rowcount={isWhole(items) ? items.length : -1}
        style={{ blockSize: virtualizer.getTotalSize() }}
        onKeyDown={list.onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) {
            return null;
          }
          const shared = list.rowProps(index, start);
          if (item.kind !== 'run') {
            return (
              <OtherRow
                key={key}
                item={item}
                shared={shared}
                formats={formats}
                now={now}
                onOpen={act.openItem}
              />
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
              aria-level={levelOf(item.fold)}
              aria-expanded={canUnfold(item) ? item.unfolded : undefined}
              data-run-id={run.run_id}
              data-trashed={run.trashed_at === null ? undefined : true}
              aria-selected={isSelected}
              onClick={event => {
                list.onRowClick(event, index, run.run_id);
              }}
            >
              <RunRow
                run={run}
                format={formats.get(run.main_metric?.key ?? '')}
                columns={columns}
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

function heightOf(item: ListItem): number {
  if (item.kind !== 'run') {
    return HEAD_HEIGHT;
  }
  return item.run.found === null ? RUN_HEIGHT : RUN_HEIGHT + HIT_HEIGHT;
}

/** Whether nothing of the list is unread. */
export function isWhole(items: readonly ListItem[]): boolean {
  return !items.some(
    item => item.kind === 'group-end' || item.kind === 'groups-end'
  );
}

/** Whether runs alike to it are folded into it. */
export function canUnfold(item: ListItem): boolean {
  return item.kind === 'run' && item.fold === null && item.run.alike_count > 1;
}

export function levelOf(fold: FoldKey | null): 2 | 3 {
  return fold === null || fold === WITHOUT_RESULT ? 2 : 3;
}

export function rowClass(isSelected: boolean, fold: FoldKey | null): string {
  const mods = [
    isSelected ? ' jp-mod-selected' : '',
    levelOf(fold) === 2 ? '' : ' jp-mod-alike'
  ];
  return `jp-trackbook-row${mods.join('')}`;
}
