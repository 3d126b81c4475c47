/**
 * Lengths on an x axis in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration } from '../format';
import { shortNumber } from '../plot/scale';
import type { XAxis } from '../plot/types';

export function describeSpan(
  length: number,
  xAxis: XAxis,
  trans: TranslationBundle
): string {
  if (xAxis !== 'step') {
    return formatDuration(length, trans);
  }
  return trans.__('%1 steps', shortNumber(Number(length.toPrecision(2))));
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
