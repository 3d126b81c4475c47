/**
 * Dashes of lines as wide as charts draw them.
 */
import { dashArray } from '../colors';
import type { Dash } from '../colors';

/** A dash for a line of two pixels' width, in pixels; empty: a solid line. */
export function dashPixels(dash: Dash): readonly number[] {
  return (dashArray(dash) ?? '')
    .split(' ')
    .filter(Boolean)
    .map(part => Number(part) * 2);
}
