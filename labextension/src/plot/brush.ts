/**
 * What an axis lets through, and which numbers a brush across it means.
 */
import type { Measure } from './measure';
import { toValue } from './scale';
import type { Scale } from './scale';
import type { Span } from './types';

/** Numbers between two, both ends in it, or some of the axis' words. */
export type Brush =
  | { readonly kind: 'span'; readonly span: Span }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** Whether it lets a place through; a run without one never comes through a brush. */
export function passes(
  brush: Brush | null,
  { words }: Measure,
  place: number
): boolean {
  if (brush === null) {
    return true;
  }
  if (Number.isNaN(place)) {
    return false;
  }
  if (words !== null) {
    return brush.kind === 'words' && brush.words.includes(words[place] ?? '');
  }
  return (
    brush.kind === 'span' && place >= brush.span[0] && place <= brush.span[1]
  );
}

/** Whether the brush says something of such an axis: a param may have become words. */
export function fits(brush: Brush | null, { words }: Measure): boolean {
  return brush !== null && (brush.kind === 'words') === (words !== null);
}

/**
 * The brush that was drawn from one pixel of an axis to another; null where it holds no
 * word. Its numbers are as round as the eye can tell, so that they can be read; the ends
 * of the axis are exact.
 */
export function brushBetween(
  { values, words }: Measure,
  scale: Scale,
  from: number,
  to: number
): Brush | null {
  const ends = [toValue(scale, from), toValue(scale, to)];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  if (words !== null) {
    const within = words.filter(
      (_, at) => at >= low - 0.25 && at <= high + 0.25
    );
    return within.length === 0 ? null : { kind: 'words', words: within };
  }
  const there = values.filter(value => !Number.isNaN(value));
  const least = Math.min(...there);
  const greatest = Math.max(...there);
  return {
    kind: 'span',
    span: [
      low <= least ? least : rounded(low, scale),
      high >= greatest ? greatest : rounded(high, scale)
    ]
  };
}

/** To a thousandth of the axis, or to three digits on a logarithmic one. */
function rounded(value: number, { log, domain }: Scale): number {
  if (log) {
    return Number(value.toPrecision(3));
  }
  const power = Math.floor(Math.log10((domain[1] - domain[0]) / 300));
  return power < 0
    ? Number(value.toFixed(Math.min(100, -power)))
    : Math.round(value / 10 ** power) * 10 ** power;
}
