/**
 * A run's table as a person wants it: in their order, its best row found, as CSV. Pure.
 */
import type { MetricSummary, Run, RunTable } from '../contract';
import { columnFormat, formatValue, NO_VALUE, toNumber } from '../format';

export type Order = {
  readonly column: number;
  readonly descending: boolean;
};

type Row = RunTable['rows'][number];
type Direction = NonNullable<MetricSummary['direction']>;

/** Params first, then what came out; each with its place in the rows. */
export type Column = {
  readonly name: string;
  readonly index: number;
  readonly isParam: boolean;
  readonly format: (value: unknown) => string;
  readonly isNumeric: boolean;
};

export function columnsOf(
  table: RunTable,
  rows: readonly Row[]
): readonly Column[] {
  const params = new Set(table.params);
  const columns = table.columns.map((name, index): Column => {
    const values = rows
      .map(row => row[index])
      .filter(value => value !== null && value !== undefined);
    const isParam = params.has(name);
    const isNumeric = values.length > 0 && values.every(isNumber);
    const format = columnFormat(values.filter(isNumber));
    return {
      name,
      index,
      isParam,
      isNumeric,
      format: value =>
        value === null || value === undefined
          ? NO_VALUE
          : isNumeric && !isParam && isNumber(value)
            ? format(value)
            : formatValue(value)
    };
  });
  return [
    ...columns.filter(column => column.isParam),
    ...columns.filter(column => !column.isParam)
  ];
}

const NOT_FINITE: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

/** Numbers, as the contract carries them. */
function isNumber(value: unknown): value is number | string {
  return typeof value === 'number' || NOT_FINITE.includes(value);
}

/** The rows by one column; what has no value there stands last, either way. */
export function sortRows(
  rows: readonly Row[],
  order: Order | null
): readonly Row[] {
  if (order === null) {
    return rows;
  }
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = one[order.column];
    const b = other[order.column];
    return isNothing(a) || isNothing(b)
      ? Number(isNothing(a)) - Number(isNothing(b))
      : sign * compareValues(a, b);
  });
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === 'NaN';
}

function compareValues(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) {
    return toNumber(a) - toNumber(b) || 0;
  }
  return formatValue(a).localeCompare(formatValue(b), undefined, {
    numeric: true
  });
}

/** The column that tells which row is best, and which way; null where none does. */
export function judgedBy(
  table: RunTable,
  run: Pick<Run, 'metric_list' | 'main_metric'>
): { readonly column: number; readonly direction: Direction } | null {
  const params = new Set(table.params);
  const main = run.main_metric?.key;
  const candidates = table.columns.flatMap((name, column) => {
    const direction = params.has(name) ? null : directionOf(name);
    return direction === null ? [] : [{ name, column, direction }];
  });
  return candidates.find(({ name }) => name === main) ?? candidates[0] ?? null;

  function directionOf(name: string): Direction | null {
    const metric = run.metric_list.find(({ key }) => key === name);
    if (metric !== undefined) {
      return metric.direction;
    }
    // A search's candidates are judged by a score, and the highest is taken.
    return table.origin === 'search' && /score$/.test(name) ? 'higher' : null;
  }
}

/** The first of the best rows; null where nothing can be said. */
export function bestRow(
  rows: readonly Row[],
  judge: ReturnType<typeof judgedBy>
): Row | null {
  if (judge === null || rows.length < 2) {
    return null;
  }
  const sign = judge.direction === 'higher' ? 1 : -1;
  let best: Row | null = null;
  let most = -Infinity;
  for (const row of rows) {
    const value = row[judge.column];
    const worth = isNumber(value) ? sign * toNumber(value) : NaN;
    if (worth > most) {
      best = row;
      most = worth;
    }
  }
  return best;
}

/** The table as RFC 4180 wants it, every value as it is. */
export function toCsv(
  columns: readonly string[],
  rows: readonly Row[]
): string {
  return [columns, ...rows]
    .map(row => row.map(quote).join(','))
    .join('\r\n')
    .concat('\r\n');
}

function quote(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'boolean'
        ? formatValue(value)
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
