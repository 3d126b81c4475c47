/**
 * A grid of any size: its head and its first column stay, and only what is in sight is
 * drawn.
 */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, ReactNode } from 'react';

import { offsetsOf, spanOf } from './grid-window';
import type { Span } from './grid-window';

export type GridLine = {
  readonly key: string;
  /** Pixels. */
  readonly height: number;
  readonly className?: string;
  /** What stands in the first column. */
  readonly head: ReactNode;
  /** What stands in a column; null: the head goes across all of them. */
  readonly cell: ((column: number) => ReactNode) | null;
};

type Props = {
  readonly label: string;
  readonly columnCount: number;
  /** Pixels that a column takes at least; what is left over is shared. */
  readonly columnWidth: number;
  readonly headWidth: number;
  readonly headHeight: number;
  readonly corner: ReactNode;
  readonly columnHead: (column: number) => ReactNode;
  readonly lines: readonly GridLine[];
};

/** A grid of fewer cells is drawn whole, for those who search the page or print it. */
const DRAWN_WHOLE = 2500;

const BESIDE_LINES = 6;
const BESIDE_COLUMNS = 2;

type Sight = {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
};

export function Grid(props: Props): JSX.Element {
  const { label, columnCount, headWidth, headHeight, lines } = props;
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<Sight>({
    top: 0,
    left: 0,
    width: 0,
    height: 0
  });
  const look = useCallback(() => {
    const node = box.current;
    if (node !== null) {
      const { scrollTop: top, scrollLeft: left } = node;
      const { clientWidth: width, clientHeight: height } = node;
      setSight(before =>
        before.top === top &&
        before.left === left &&
        before.width === width &&
        before.height === height
          ? before
          : { top, left, width, height }
      );
    }
  }, []);
  useLayoutEffect(() => {
    look();
    if (box.current === null || typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [look]);

  const room = Math.max(0, sight.width - headWidth);
  const columnWidth = Math.max(
    props.columnWidth,
    Math.min(260, Math.floor(room / Math.max(1, columnCount)))
  );
  const offsets = useMemo(
    () => offsetsOf(lines.map(line => line.height)),
    [lines]
  );
  const isWhole = lines.length * columnCount <= DRAWN_WHOLE;
  const drawn: Span = isWhole
    ? { first: 0, end: lines.length }
    : spanOf(
        offsets,
        sight.top,
        sight.top + sight.height - headHeight,
        BESIDE_LINES
      );
  const columns: Span = isWhole
    ? { first: 0, end: columnCount }
    : {
        first: Math.max(
          0,
          Math.floor(sight.left / columnWidth) - BESIDE_COLUMNS
        ),
        end: Math.min(
          columnCount,
          Math.ceil((sight.left + room) / columnWidth) + BESIDE_COLUMNS
        )
      };
  const indexes = useMemo(
    () =>
      Array.from(
        { length: Math.max(0, columns.end - columns.first) },
        (_, index) => columns.first + index
      ),
    [columns.first, columns.end]
  );
  const width = headWidth + columnWidth * columnCount;
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--jp-trackbook-head': `${headWidth}px`,
    '--jp-trackbook-column': `${columnWidth}px`,
    '--jp-trackbook-skipped': `${columns.first * columnWidth}px`
  };
  return (
    <div
      ref={box}
      className="jp-trackbook-grid"
      role="table"
      aria-label={label}
      aria-rowcount={lines.length + 1}
      aria-colcount={columnCount + 1}
      tabIndex={0}
      style={style}
      onScroll={look}
    >
      <div
        className="jp-trackbook-grid-head"
        role="row"
        aria-rowindex={1}
        style={{ inlineSize: width, blockSize: headHeight }}
      >
        <div
          className="jp-trackbook-grid-first"
          role="columnheader"
          aria-colindex={1}
        >
          {props.corner}
        </div>
        <Skipped />
        {indexes.map(column => (
          <div
            key={column}
            className="jp-trackbook-grid-cell"
            role="columnheader"
            aria-colindex={column + 2}
          >
            {props.columnHead(column)}
          </div>
        ))}
      </div>
      <div
        className="jp-trackbook-grid-body"
        role="rowgroup"
        style={{ inlineSize: width, blockSize: offsets[lines.length] }}
      >
        {lines.slice(drawn.first, drawn.end).map((line, at) => (
          <div
            key={line.key}
            className={`jp-trackbook-grid-line ${line.className ?? ''}`}
            role="row"
            aria-rowindex={drawn.first + at + 2}
            style={{
              insetBlockStart: offsets[drawn.first + at],
              blockSize: line.height
            }}
          >
            <div
              className="jp-trackbook-grid-first"
              role="rowheader"
              aria-colindex={1}
              data-across={line.cell === null || undefined}
            >
              {line.head}
            </div>
            {line.cell === null ? null : (
              <>
                <Skipped />
                {indexes.map(column => (
                  <div
                    key={column}
                    className="jp-trackbook-grid-cell"
                    role="cell"
                    aria-colindex={column + 2}
                  >
                    {line.cell?.(column)}
                  </div>
                ))}
              </>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The room of the columns that are out of sight to the left. */
function Skipped(): JSX.Element {
  return <span className="jp-trackbook-grid-skipped" aria-hidden="true" />;
}
