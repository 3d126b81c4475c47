/**
 * What follows from the store's data: pure functions, nothing kept.
 */
import type { Sort } from './api';
import type { RunRow } from './contract';
import { columnFormat, toNumber } from './format';
import type { NumberFormat } from './format';
import type { TrackbookState } from './state';

/** The runs of a list of ids, those that are known. */
export function rowsOf(
  runs: Readonly<Record<string, RunRow>>,
  ids: readonly string[]
): readonly RunRow[] {
  return ids
    .map(id => runs[id])
    .filter((row): row is RunRow => row !== undefined);
}

export type Merge = {
  readonly runs: Readonly<Record<string, RunRow>>;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly sort: Sort;
  /** Whether further pages follow: then what sorts behind the last row belongs there. */
  readonly hasMore: boolean;
};

/** The order of a list after some of its runs changed, came or left. */
export function mergeIds(
  ids: readonly string[],
  merge: Merge
): readonly string[] {
  const { runs, changed, removed, sort, hasMore } = merge;
  const compare = comparatorOf(sort);
  const moved = new Set([...changed, ...removed]);
  const kept = rowsOf(
    runs,
    ids.filter(id => !moved.has(id))
  );
  const gone = new Set(removed);
  const arriving = rowsOf(
    runs,
    changed.filter(id => !gone.has(id))
  );
  const last = kept[kept.length - 1];
  const belongs = (row: RunRow): boolean =>
    !hasMore ||
    last === undefined ||
    compare(row, last) <= 0 ||
    ids.includes(row.run_id);
  return [...kept, ...arriving.filter(belongs)]
    .sort(compare)
    .map(row => row.run_id);
}

type Comparator = (a: RunRow, b: RunRow) => number;

/** The server's order; runs that are alike in it stand newest first. */
export function comparatorOf(sort: Sort): Comparator {
  const newest: Comparator = (a, b) =>
    compareText(b.started_at, a.started_at) || compareText(b.run_id, a.run_id);
  const by =
    (key: Comparator): Comparator =>
    (a, b) =>
      key(a, b) || newest(a, b);
  switch (sort) {
    case '-started_at':
      return newest;
    case 'started_at':
      return (a, b) => newest(b, a);
    case 'name':
      return by((a, b) =>
        compareText(a.name.toLowerCase(), b.name.toLowerCase())
      );
    case '-name':
      return by((a, b) =>
        compareText(b.name.toLowerCase(), a.name.toLowerCase())
      );
    case 'duration_ms':
      return by((a, b) => a.duration_ms - b.duration_ms);
    case '-duration_ms':
      return by((a, b) => b.duration_ms - a.duration_ms);
    case 'main_metric':
      return by((a, b) => compareMetrics(a, b, 1));
    case '-main_metric':
      return by((a, b) => compareMetrics(a, b, -1));
    case 'starred':
      return by((a, b) => Number(b.starred) - Number(a.starred));
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs without a number stand last, whatever the direction. */
function compareMetrics(a: RunRow, b: RunRow, sign: 1 | -1): number {
  const left = metricNumber(a);
  const right = metricNumber(b);
  if (Number.isNaN(left) || Number.isNaN(right)) {
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  }
  return left === right ? 0 : sign * (left < right ? -1 : 1);
}

function metricNumber(row: RunRow): number {
  return row.main_metric === null
    ? Number.NaN
    : toNumber(row.main_metric.value);
}

/** The ids from one to another, both included, whichever stands first. */
export function rangeBetween(
  ids: readonly string[],
  fromId: string,
  toId: string
): readonly string[] {
  const from = ids.indexOf(fromId);
  const to = ids.indexOf(toId);
  if (from < 0 || to < 0) {
    return to < 0 ? [] : [toId];
  }
  return ids.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** One format a metric, so that a column's numbers have the same precision. */
export function metricFormats(
  rows: readonly RunRow[]
): ReadonlyMap<string, NumberFormat> {
  const values = new Map<string, (number | string)[]>();
  for (const { main_metric } of rows) {
    if (main_metric !== null) {
      const column = values.get(main_metric.key) ?? [];
      column.push(main_metric.value);
      values.set(main_metric.key, column);
    }
  }
  return new Map(
    [...values].map(([key, column]) => [key, columnFormat(column)])
  );
}

export type ChangeTone = 'better' | 'worse' | 'neutral';

/** How a run's change to the one before is to be read. */
export function toneOf(better: boolean | null): ChangeTone {
  return better === null ? 'neutral' : better ? 'better' : 'worse';
}

/**
 * The oldest first, as runs are read side by side: ids sort by when they were made.
 */
export function inTimeOrder(runIds: readonly string[]): string[] {
  return [...runIds].sort();
}

/** A run, or the whole selection where the run is part of it. */
export function concerned(
  state: Pick<TrackbookState, 'selection'>,
  runId: string
): readonly string[] {
  return state.selection.includes(runId) ? state.selection : [runId];
}
