/**
 * Runs' values as bars: one each, or the mean of those that share a param's value.
 */
import type { Row } from './row-scene';
import type { Span } from './types';

/** A run with the value that stands for it; NaN: it has none. */
export type ValuedRun = {
  readonly runId: string;
  readonly name: string;
  readonly color: string;
  readonly value: number;
};

/** Of the runs that share a param's value. */
export type ValuedGroup = {
  readonly key: string;
  readonly name: string;
  readonly runs: readonly ValuedRun[];
  readonly mean: number;
  /** Null for a single run, which spreads over nothing. */
  readonly spread: Span | null;
  /** The standard deviation of a sample; NaN for a single run. */
  readonly deviation: number;
};

/**
 * The groups, in the order in which their values come. Runs without a result are in
 * none: a mean is of what is there.
 */
export function groupsOf(
  runs: readonly ValuedRun[],
  places: readonly number[],
  nameOf: (place: number) => string,
  spread: 'range' | 'deviation'
): readonly ValuedGroup[] {
  const byPlace = new Map<number, ValuedRun[]>();
  runs.forEach((run, index) => {
    if (!Number.isNaN(run.value)) {
      // NaN is a key like any other: the runs without the param.
      const place = places[index] ?? NaN;
      byPlace.set(place, [...(byPlace.get(place) ?? []), run]);
    }
  });
  const order = (place: number): number =>
    Number.isNaN(place) ? Infinity : place;
  return [...byPlace]
    .sort(([a], [b]) => (a === b ? 0 : order(a) - order(b)))
    .map(([place, members]) => {
      const values = members.map(run => run.value);
      const mean = sum(values) / values.length;
      const deviation = deviationOf(values, mean);
      return {
        key: `group ${place}`,
        name: nameOf(place),
        runs: members,
        mean,
        deviation,
        spread:
          values.length < 2
            ? null
            : spread === 'range'
              ? [Math.min(...values), Math.max(...values)]
              : [mean - deviation, mean + deviation]
      };
    });
}

/** The rows with the best on top, else the greatest; those without a value at the end. */
export function sortedByValue<R extends Pick<Row, 'value'>>(
  rows: readonly R[],
  direction: 'higher' | 'lower' | null
): readonly R[] {
  const sign = direction === 'lower' ? 1 : -1;
  const rank = ({ value }: R): number =>
    Number.isNaN(value) ? Infinity : sign * value;
  return [...rows].sort((a, b) =>
    rank(a) === rank(b) ? 0 : rank(a) - rank(b)
  );
}

function deviationOf(values: readonly number[], mean: number): number {
  return values.length < 2
    ? NaN
    : Math.sqrt(
        sum(values.map(value => (value - mean) ** 2)) / (values.length - 1)
      );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
