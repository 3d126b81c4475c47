/**
 * How the columns of the table are written, and which of their values are the best. Pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { cellFormat, cellOf, columnOf, isNumeric } from '../columns';
import type { CellFormat } from '../columns';
import type { RunColumn, RunRow } from '../contract';
import { toNumber } from '../format';
import { once } from '../once';

export type Direction = NonNullable<RunColumn['direction']>;

/** Where no run has a number there is no best, and one alone is not better than others. */
export function bestOf(
  numbers: readonly number[],
  direction: Direction | null
): number | null {
  let low = Infinity;
  let high = -Infinity;
  for (const number of numbers) {
    if (Number.isFinite(number)) {
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
  }
  if (direction === null || low >= high) {
    return null;
  }
  return direction === 'lower' ? low : high;
}

/** The best value of a column of metrics among the runs that are read. */
export function bestIn(
  name: string,
  rows: readonly RunRow[],
  direction: Direction | null
): number | null {
  return bestOf(
    rows
      .map(run => cellOf(run, name))
      .filter(cell => typeof cell === 'number' || typeof cell === 'string')
      .map(toNumber),
    direction
  );
}

/** The best value of each main metric: the runs of a list may have different ones. */
export function bestMains(
  rows: readonly RunRow[]
): ReadonlyMap<string, number | null> {
  const values = new Map<string, number[]>();
  const directions = new Map<string, Direction | null>();
  for (const { main_metric: metric } of rows) {
    if (metric !== null) {
      const known = values.get(metric.key) ?? [];
      known.push(toNumber(metric.value));
      values.set(metric.key, known);
      directions.set(metric.key, metric.direction);
    }
  }
  return new Map(
    [...values].map(([key, numbers]) => [
      key,
      bestOf(numbers, directions.get(key) ?? null)
    ])
  );
}

/** So many decimals are lined up; a column with more is written as its numbers come. */
const MOST_DECIMALS = 6;
/** So many runs say how many decimals a column has: a list may be very long. */
const ASKED = 1000;

/** How a column's cells are written: numbers with the same precision all down. */
export function evenFormat(
  name: string,
  rows: readonly RunRow[],
  trans: TranslationBundle,
  locale: string | undefined
): CellFormat {
  const format = cellFormat(name, rows, trans, locale);
  if (columnOf(name).kind !== 'param' || !isNumeric(name, rows)) {
    return format;
  }
  const places = rows
    .slice(0, ASKED)
    .map(run => decimalsOf(format(cellOf(run, name))));
  const most = Math.max(0, ...places.map(place => place ?? Infinity));
  if (most === 0 || most > MOST_DECIMALS) {
    return format;
  }
  return padded(format)(most);
}

const padded = once((format: CellFormat) =>
  once((most: number): CellFormat => {
    return cell => {
      const text = format(cell);
      const have = decimalsOf(text);
      if (text === '' || have === null || have >= most) {
        return text;
      }
      return `${text}${have === 0 ? '.' : ''}${'0'.repeat(most - have)}`;
    };
  })
);

/** How many decimals a number is written with; null: it has an exponent. */
function decimalsOf(text: string): number | null {
  return /e/i.test(text) ? null : (text.split('.')[1]?.length ?? 0);
}
