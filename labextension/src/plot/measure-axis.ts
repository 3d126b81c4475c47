/**
 * Axes of what runs are measured by: numbers from the least to the greatest, or words in
 * a row.
 */
import { widened } from './domain';
import type { Measure } from './measure';
import { shorten } from './row-scene';
import { numberTicks, toPixel } from './scale';
import type { Scale, Tick } from './scale';
import type { PlotTheme, Span } from './types';

const LEAST_WIDTH = 36;
const GAP = 8;

/** Whether a place can be drawn on such an axis. */
export function hasPlace(place: number, log: boolean): boolean {
  return Number.isFinite(place) && !(log && place <= 0);
}

/** Whether a logarithmic axis has a place for any of it. */
export function canBeLog({ values, words }: Measure): boolean {
  return words === null && values.some(value => value > 0);
}

/**
 * Whether a logarithmic axis suits it: all positive, over two powers of ten or more, and
 * not more to one side than on a linear one.
 */
export function suitsLog({ values, words }: Measure): boolean {
  const there = [...new Set(values.filter(value => !Number.isNaN(value)))];
  const low = Math.min(...there);
  const high = Math.max(...there);
  if (words !== null || there.length < 2 || low <= 0 || high / low < 100) {
    return false;
  }
  return lopsided(there.map(Math.log)) <= lopsided(there) + 1e-9;
}

/** How far the mean lies from the middle, as a share of the extent. */
function lopsided(values: readonly number[]): number {
  const low = Math.min(...values);
  const extent = Math.max(...values) - low;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.abs((mean - low) / extent - 0.5);
}

/** From where to where the axis goes, with some room at both ends. */
export function domainOf(
  { values, words }: Measure,
  log: boolean,
  pad: number
): Span {
  if (words !== null) {
    return [-0.5, Math.max(1, words.length) - 0.5];
  }
  const there = values.filter(value => hasPlace(value, log));
  if (there.length === 0) {
    return log ? [1, 10] : [0, 1];
  }
  const low = Math.min(...there);
  const high = Math.max(...there);
  return widened([low, high], log, low === high ? 0.05 : pad);
}

/**
 * What the axis says: of many words only every so many, each with as much of it as fits.
 *
 * @param width of a label beside an upright axis; null: the labels stand in a line, and
 *   share it.
 */
export function ticksOf(
  { words }: Measure,
  theme: PlotTheme,
  width: number | null
): (scale: Scale, count: number) => Tick[] {
  if (words === null) {
    return numberTicks;
  }
  return scale => {
    const distance = Math.abs(toPixel(scale, 1) - toPixel(scale, 0));
    const least = width === null ? LEAST_WIDTH : theme.fontSize * 1.3;
    const stride = Math.max(1, Math.ceil(least / distance));
    const room = width ?? distance * stride - GAP;
    const length = Math.max(2, Math.floor(room / (theme.fontSize * 0.58)));
    return words.flatMap((word, value) =>
      value % stride === 0 ? [{ value, label: shorten(word, length) }] : []
    );
  };
}
