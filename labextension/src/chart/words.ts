/**
 * Lengths and points of lines in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration, formatNumber } from '../format';
import { valueAt } from '../plot/column';
import type { Line } from '../plot/lines';
import { shortNumber } from '../plot/scale';
import type { XAxis } from '../plot/types';

export function describeSpan(
  length: number,
  xAxis: XAxis,
  trans: TranslationBundle
): string {
  if (xAxis === 'relative' || xAxis === 'wall') {
    return formatDuration(length, trans);
  }
  return trans.__('%1 steps', shortNumber(Number(length.toPrecision(2))));
}

/** What a screen reader says of a point. */
export function sayPoint(line: Line, index: number): string {
  const x = shortNumber(valueAt(line.x, index));
  return `${line.name}, ${x}: ${formatNumber(valueAt(line.y, index))}`;
}

const LISTED = 20;

/** What a picture shows, for those who hear it: the first of them, and how many more. */
export function listed(
  parts: readonly string[],
  trans: TranslationBundle
): string {
  const more = parts.length - LISTED;
  return [
    ...parts.slice(0, LISTED),
    ...(more > 0 ? [trans.__('and %1 more', more)] : [])
  ].join('; ');
}
