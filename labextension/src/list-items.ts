/**
 * The list as it is drawn: days, runs below them, and what is folded into one row.
 */
import type { Sort } from './api';
import type { RunRow } from './contract';
import { WITHOUT_RESULT } from './folds';
import { dayKey, toNumber } from './format';
import { rowsOf } from './selectors';
import type { Fold, FoldKey, Phase } from './state';

export type DayGroup = {
  readonly key: string;
  /** A moment in that day. */
  readonly at: string;
  readonly count: number;
  /** The best value of the metric that all of the day's runs share, if they do. */
  readonly best: { readonly key: string; readonly value: number } | null;
};

export type ListItem =
  | {
      readonly kind: 'day';
      readonly day: DayGroup;
      readonly collapsed: boolean;
    }
  | {
      readonly kind: 'run';
      readonly run: RunRow;
      /** The fold that it was opened from; null: it stands in the list itself. */
      readonly fold: FoldKey | null;
      /** Whether the runs alike to it stand below it. */
      readonly unfolded: boolean;
    }
  /** The runs without result, folded into one row. */
  | {
      readonly kind: 'fold';
      readonly fold: FoldKey;
      readonly count: number;
      readonly open: boolean;
    }
  /** The end of an open fold that is not read to its end. */
  | {
      readonly kind: 'fold-end';
      readonly fold: FoldKey;
      readonly phase: Phase['kind'];
    };

export type ListSource = {
  readonly rows: readonly RunRow[];
  readonly sort: Sort;
  readonly collapsed: ReadonlySet<string>;
  readonly runs: Readonly<Record<string, RunRow>>;
  readonly folds: Readonly<Record<FoldKey, Fold>>;
  /** The runs without result; 0 while there are more runs of the list to come. */
  readonly withoutResultCount: number;
};

/**
 * Rows under their days where the list is by time, else the rows alone; below a row the
 * runs alike to it where they are unfolded, and at the end those without result.
 */
export function listItems(source: ListSource): readonly ListItem[] {
  const { withoutResultCount: count, folds } = source;
  const items = [...mainItems(source)];
  if (count > 0) {
    const open = folds[WITHOUT_RESULT] !== undefined;
    items.push({ kind: 'fold', fold: WITHOUT_RESULT, count, open });
    items.push(...foldItems(source, WITHOUT_RESULT));
  }
  return items;
}

function mainItems(source: ListSource): readonly ListItem[] {
  const { rows, sort, collapsed } = source;
  if (sort !== '-started_at' && sort !== 'started_at') {
    return rows.flatMap(run => runItems(source, run));
  }
  const items: ListItem[] = [];
  for (const group of byDay(rows)) {
    const day = describeDay(group);
    const isCollapsed = collapsed.has(day.key);
    items.push({ kind: 'day', day, collapsed: isCollapsed });
    if (!isCollapsed) {
      for (const run of group) {
        items.push(...runItems(source, run));
      }
    }
  }
  return items;
}

function runItems(source: ListSource, run: RunRow): readonly ListItem[] {
  const unfolded = source.folds[run.run_id] !== undefined;
  const item: ListItem = { kind: 'run', run, fold: null, unfolded };
  return unfolded ? [item, ...foldItems(source, run.run_id)] : [item];
}

function foldItems(source: ListSource, fold: FoldKey): readonly ListItem[] {
  const open = source.folds[fold];
  if (open === undefined) {
    return [];
  }
  const items = rowsOf(source.runs, open.ids).map((run): ListItem => {
    return { kind: 'run', run, fold, unfolded: false };
  });
  // What is read again while it is shown stays as it is until then.
  const isRereading = open.phase.kind === 'loading' && items.length > 0;
  const isWhole = open.phase.kind === 'ready' && open.cursor === null;
  return isWhole || isRereading
    ? items
    : [...items, { kind: 'fold-end', fold, phase: open.phase.kind }];
}

function byDay(rows: readonly RunRow[]): readonly (readonly RunRow[])[] {
  const groups: RunRow[][] = [];
  let current = '';
  for (const row of rows) {
    const key = dayKey(row.started_at);
    if (key !== current) {
      groups.push([]);
      current = key;
    }
    groups[groups.length - 1]?.push(row);
  }
  return groups;
}

function describeDay(group: readonly RunRow[]): DayGroup {
  const at = group[0]?.started_at ?? '';
  return { key: dayKey(at), at, count: group.length, best: bestOf(group) };
}

/** The best main metric of runs; null where they differ in metric or lack a direction. */
export function bestOf(
  rows: readonly RunRow[]
): { readonly key: string; readonly value: number } | null {
  const metrics = rows.flatMap(row =>
    row.main_metric === null ? [] : [row.main_metric]
  );
  const first = metrics[0];
  if (first === undefined || first.direction === null) {
    return null;
  }
  if (metrics.some(metric => metric.key !== first.key)) {
    return null;
  }
  const values = metrics
    .map(metric => toNumber(metric.value))
    .filter(Number.isFinite);
  if (values.length === 0) {
    return null;
  }
  const value =
    first.direction === 'higher' ? Math.max(...values) : Math.min(...values);
  return { key: first.key, value };
}
