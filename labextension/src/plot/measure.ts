/**
 * What runs are measured by, as places on an axis: numbers as they are, words one after
 * the other.
 */
import { columnFormat, formatValue, NO_VALUE } from '../format';

export type Measure = {
  /** A place a run; NaN: the run has none. */
  readonly values: readonly number[];
  /** The words that the places 0, 1, 2… stand for; null: the places are numbers. */
  readonly words: readonly string[] | null;
  /** A place as text. */
  readonly write: (place: number) => string;
};

/**
 * Numbers where all that is there is a number, else words. Python's None is nothing, as
 * where a run lacks the param; so are numbers without an end, which no axis reaches.
 *
 * @param exact whether numbers are written as they were given, as params are; results
 *   are written in one precision.
 */
export function measureOf(values: readonly unknown[], exact: boolean): Measure {
  if (values.every(value => value == null || asNumber(value) !== null)) {
    const numbers = values.map(asNumber).map(value => value ?? NaN);
    const format = columnFormat(numbers);
    return {
      values: numbers.map(value => (Number.isFinite(value) ? value : NaN)),
      words: null,
      write: value =>
        Number.isNaN(value)
          ? NO_VALUE
          : exact
            ? formatValue(value)
            : format(value)
    };
  }
  const texts = values.map(value =>
    value == null ? null : formatValue(value)
  );
  const words = [...new Set(texts.filter(text => text !== null))].sort((a, b) =>
    a.localeCompare(b, undefined, { numeric: true })
  );
  const places = new Map(words.map((word, place) => [word, place]));
  return {
    values: texts.map(text =>
      text === null ? NaN : (places.get(text) ?? NaN)
    ),
    words,
    write: place => words[place] ?? NO_VALUE
  };
}

/** The numbers of JSON and those that the contract carries as words. */
function asNumber(value: unknown): number | null {
  if (typeof value === 'number') {
    return value;
  }
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity'
    ? Number(value)
    : null;
}
