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
