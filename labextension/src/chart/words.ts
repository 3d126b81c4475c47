/**
 * Lengths and points of lines in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDuration, formatNumber } from '../format';
import { valueAt } from '../plot/column';
import type { Line } from '../plot/lines';
import { shortNumber } from '../plot/scale';
import { timeUnit } from '../plot/time-ticks';
import type { LineOptions, XAxis } from '../plot/types';
import { bandAt, countAt } from './group-words';

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
export function sayPoint(
  line: Line,
  index: number,
  trans: TranslationBundle
): string {
  const x = shortNumber(valueAt(line.x, index));
  const point = `${line.name}, ${x}: ${formatNumber(valueAt(line.y, index))}`;
  if (line.group === null) {
    return point;
  }
  const count = countAt(line.group, index, trans);
  const band = bandAt(line, index);
  return band === null
    ? trans.__('%1, %2', point, count)
    : trans.__(
        '%1, from %2 to %3, %4',
        point,
        formatNumber(band[0]),
        formatNumber(band[1]),
        count
      );
}

/** A place on the x axis; `step` where it is not said by that. */
export function sayX(
  x: number,
  { xAxis, xMetric }: Pick<LineOptions, 'xAxis' | 'xMetric'>,
  trans: TranslationBundle,
  step?: number
): string {
  switch (xAxis) {
    case 'step':
      return trans.__('step %1', shortNumber(x));
    case 'relative': {
      const unit = timeUnit([0, x]);
      return `${shortNumber(Number((x / unit.ms).toPrecision(4)))} ${unit.label}`;
    }
    case 'wall':
      return new Date(x).toLocaleString();
    case 'metric': {
      const place = `${xMetric} ${formatNumber(x)}`;
      return step === undefined
        ? place
        : trans.__('%1, step %2', place, shortNumber(step));
    }
  }
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
