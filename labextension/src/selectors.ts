/**
 * What follows from the store's data: pure functions, nothing kept.
 */
import type { Sort } from './api';
import type { RunRow } from './contract';
import { columnFormat } from './format';
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

type Comparator = (a: RunRow, b: RunRow) => number;

/**
 * The server's order: by what the list is sorted by, numbers before text and what has no
 * value last, then by id.
 */
export function compareRows(sorts: readonly Sort[]): Comparator {
  const signs = sorts.map(sort => (isDescending(sort) ? -1 : 1));
  return (a, b) => {
    for (const [index, sign] of signs.entries()) {
      const [one, other] = [a.sort_values[index], b.sort_values[index]];
      const order =
        one == null || other == null
          ? Number(one == null) - Number(other == null)
          : sign * compareValues(one, other);
      if (order !== 0) {
        return order;
      }
    }
    return (signs[0] ?? 1) * compareText(a.run_id, b.run_id);
  };
}

/** Whether the greatest comes first. */
export function isDescending(sort: Sort): boolean {
  return sort.startsWith('-') || sort === 'starred';
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return compareText(a, b);
  }
  return typeof a === 'number' ? -1 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
