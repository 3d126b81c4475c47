/**
 * The list in the panel: heads, runs in two lines, and what is folded away. Only the
 * rows in sight are drawn.
 */
import { useMemo, useRef } from 'react';
import type { ReactElement } from 'react';

import { cellFormat } from '../columns';
import type { CellFormat } from '../columns';
import { metricFormats } from '../selectors';
import type { ListItem } from '../list-items';
import { once } from '../once';
import { columnsOf } from '../store';
import { useLocale, useTrackbookState, useTrans } from '../widgets';
import { ListRows } from './list-rows';
import { RunRow } from './run-row';
import type { ShownColumn } from './run-row';
import { HIT_HEIGHT } from './text-hit';
import { isWhole, useRunList } from './use-list';
import { useNow } from './use-now';
import { useSame } from './use-same';

export const RUN_HEIGHT = 48;
export const HEAD_HEIGHT = 28;

export function RunList(): ReactElement {
  const trans = useTrans();
  const locale = useLocale();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRunList(scroller, heightOf);
  const { items, rows, virtualizer } = list;
  const names = useTrackbookState(columnsOf);
  const now = useNow(20_000);
  const formats = useMemo(() => metricFormats(rows), [rows]);
  const columns = useSame(
    useMemo(
      () =>
        names.map(name =>
          shownColumn(cellFormat(name, rows, trans, locale))(name)
        ),
      [names, rows, trans, locale]
    )
  );
  const showsExperiment = useMemo(
    () => new Set(rows.map(run => run.experiment_id)).size > 1,
    [rows]
  );
  return (
    <div ref={scroller} className="jp-trackbook-list" {...list.holdProps}>
      <div
        role="treegrid"
        aria-label={trans.__('Runs')}
        aria-multiselectable="true"
        aria-rowcount={isWhole(items) ? items.length : -1}
        style={{ blockSize: virtualizer.getTotalSize() }}
        onKeyDown={list.onKeyDown}
      >
        <ListRows
          list={list}
          formats={formats}
          now={now}
          row={parts => (
            <RunRow
              {...parts}
              format={formats.get(parts.run.main_metric?.key ?? '')}
              columns={columns}
              showsMetricKey={formats.size > 1}
              showsExperiment={showsExperiment}
              now={now}
            />
          )}
        />
      </div>
    </div>
  );
}

const shownColumn = once((format: CellFormat) =>
  once((name: string): ShownColumn => ({ name, format }))
);

function heightOf(item: ListItem): number {
  if (item.kind !== 'run') {
    return HEAD_HEIGHT;
  }
  return item.run.found === null ? RUN_HEIGHT : RUN_HEIGHT + HIT_HEIGHT;
}
