/**
 * The runs as a table: as many columns as one likes, of which, as of the rows, only what
 * is in sight is drawn.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';

import type { ListItem } from '../list-items';
import { metricFormats } from '../selectors';
import { ListRows } from '../sidebar/list-rows';
import { HEAD_HEIGHT } from '../sidebar/run-list';
import { HIT_HEIGHT } from '../sidebar/text-hit';
import { isWhole, useRunList } from '../sidebar/use-list';
import { useNow } from '../sidebar/use-now';
import { useSame } from '../sidebar/use-same';
import { useTrackbookState, useTrans } from '../widgets';
import { bestMains } from './cells';
import { ColumnHead } from './head';
import { TableRow } from './table-row';
import { NAME, firstSort, useTableColumns, widthOf } from './use-table-columns';
import type { TableColumn } from './use-table-columns';

const ROW_HEIGHT = 30;
const HEAD = { rows: 1, height: 30 };

export function RunTable(): ReactElement {
  const trans = useTrans();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRunList(scroller, heightOf, HEAD);
  const { items, rows, virtualizer } = list;
  const { places, names, look } = useTableColumns(rows);
  const nameWidth = useTrackbookState(
    state => state.widths[NAME] ?? widthOf(NAME)
  );
  const now = useNow(20_000);
  const formats = useMemo(() => metricFormats(rows), [rows]);
  const bests = useMemo(() => bestMains(rows), [rows]);
  // Of the heads one can be tabbed to; 0 is that of the names.
  const [stop, setStop] = useState(0);
  const [wanted, setWanted] = useState<number | null>(null);

  const withStop = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      const [first = 0] = shown;
      const last = shown[shown.length - 1] ?? 0;
      // One run of columns, so that the room before it is that of those left out.
      return wanted === null || (wanted > first && wanted <= last + 1)
        ? shown
        : defaultRangeExtractor({
            ...range,
            startIndex: Math.min(range.startIndex, wanted - 1),
            endIndex: Math.max(range.endIndex, wanted - 1)
          });
    },
    [wanted]
  );
  const across = useVirtualizer<HTMLDivElement, Element>({
    horizontal: true,
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => places[index]?.width ?? 0,
    getItemKey: index => places[index]?.name ?? index,
    rangeExtractor: withStop,
    overscan: 3,
    scrollPaddingEnd: nameWidth
  });
  const latest = useRef(across);
  latest.current = across;
  useEffect(() => {
    latest.current.measure();
  }, [places]);
  const drawn = across.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const skipped = drawn[0]?.start ?? 0;
  const shown = useSame(places.slice(first, first + drawn.length).map(look));
  const width = nameWidth + across.getTotalSize();
  const go = (place: number): void => {
    const to = Math.max(0, Math.min(places.length, place));
    if (to > 0) {
      across.scrollToIndex(to - 1);
    }
    setStop(to);
    setWanted(to);
  };
  const headOf = (column: TableColumn, place: number): ReactElement => (
    <ColumnHead
      key={column.name}
      column={column}
      place={place + 3}
      firstSort={firstSort(column, rows)}
      movable={names.includes(column.name) ? names : null}
      isStop={place === Math.min(stop, places.length)}
      wantsFocus={place === wanted}
      onFocus={() => {
        setStop(place);
        setWanted(null);
      }}
      onGo={by => {
        go(place + by);
      }}
    />
  );
  const nameColumn: TableColumn = {
    name: NAME,
    title: trans.__('Name'),
    width: nameWidth,
    isNumeric: false,
    direction: null,
    format: String,
    best: null
  };
  return (
    <div
      ref={scroller}
      className="jp-trackbook-list jp-trackbook-runtable"
      {...list.holdProps}
    >
      <div
        role="treegrid"
        aria-label={trans.__('Runs')}
        aria-multiselectable="true"
        aria-rowcount={isWhole(items) ? items.length + 1 : -1}
        aria-colcount={places.length + 3}
        style={{
          blockSize: virtualizer.getTotalSize() + HEAD.height,
          inlineSize: width
        }}
      >
        <div
          role="row"
          aria-rowindex={1}
          className="jp-trackbook-runtable-head"
        >
          <span className="jp-trackbook-runtable-first">
            {headOf(nameColumn, 0)}
          </span>
          <span
            className="jp-trackbook-runtable-skipped"
            style={{ inlineSize: skipped }}
          />
          {shown.map((column, index) => headOf(column, first + index + 1))}
        </div>
        <div
          role="rowgroup"
          className="jp-trackbook-runtable-body"
          onKeyDown={list.onKeyDown}
        >
          <ListRows
            list={list}
            formats={formats}
            now={now}
            row={parts => {
              const metric = parts.run.main_metric?.key ?? '';
              return (
                <TableRow
                  {...parts}
                  nameWidth={nameWidth}
                  columns={shown}
                  first={first}
                  skipped={skipped}
                  format={formats.get(metric)}
                  best={bests.get(metric) ?? null}
                  showsMetricKey={formats.size > 1}
                />
              );
            }}
          />
        </div>
      </div>
    </div>
  );
}

function heightOf(item: ListItem): number {
  if (item.kind !== 'run') {
    return HEAD_HEIGHT;
  }
  return item.run.found === null ? ROW_HEIGHT : ROW_HEIGHT + HIT_HEIGHT;
}
