/**
 * Brushes as a search of the list, in the language that its box understands.
 */
import type { ChartedRun } from '../contract';
import { formatValue } from '../format';
import { fits } from '../plot/brush';
import type { Measure } from '../plot/measure';
import type { ParallelAxis } from './panel-settings';

/** A filter may be so long. */
export const LONGEST_FILTER = 4000;

/** An axis with what the runs have on it. */
export type BrushedAxis = Pick<ParallelAxis, 'of' | 'key' | 'brush'> & {
  readonly measure: Measure;
};

export function filterOf(
  runs: readonly ChartedRun[],
  axes: readonly BrushedAxis[]
): string {
  return axes
    .flatMap(({ of, key, brush, measure }) => {
      if (brush === null || !fits(brush, measure)) {
        return [];
      }
      const field = `${of}s.${quotedKey(key)}`;
      if (brush.kind === 'span') {
        const [low, high] = brush.span;
        return [`${field} >= ${low}`, `${field} <= ${high}`];
      }
      const literals = brush.words.map(word => literalOf(runs, key, word));
      return literals.length === 1
        ? [`${field} = ${literals[0] ?? ''}`]
        : [`${field} in (${literals.join(', ')})`];
    })
    .join(' and ');
}

function quotedKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `\`${escaped(key, '`')}\``;
}

/** A word as the store has it: an axis of words may hold numbers, too. */
function literalOf(
  runs: readonly ChartedRun[],
  key: string,
  word: string
): string {
  const value = runs
    .map(run => run.params[key])
    .find(one => one != null && formatValue(one) === word);
  return typeof value === 'number' ? String(value) : `'${escaped(word, "'")}'`;
}

function escaped(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, quote + quote);
}
