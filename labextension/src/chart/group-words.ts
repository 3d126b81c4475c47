/**
 * What the lines of groups are, in words: in the legend, the tooltip, notes and tables.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { GroupFacts, Line } from '../plot/lines';
import { valueAt } from '../plot/column';
import type { Measures, Middle } from '../plot/groups';
import type { RunGroup } from './grouping';

/** "5 runs"; "3 of 5 runs" where not all have points and are switched on. */
export function countWords(
  drawn: number,
  all: number,
  trans: TranslationBundle
): string {
  const runs =
    drawn === all
      ? trans._n('%1 run', '%1 runs', all, all)
      : trans.__('%1 of %2 runs', drawn, all);
  return drawn === 1 ? trans.__('%1, no band', runs) : runs;
}

/** A group as its legend names it: "lr = 0.01 · 5 runs". */
export function groupWords(
  group: Pick<RunGroup, 'name' | 'runIds'>,
  drawn: number,
  trans: TranslationBundle
): string {
  return `${group.name} · ${countWords(drawn, group.runIds.length, trans)}`;
}

/** How many of the line's runs count at one of its points. */
export function countAt(
  { counts, runs }: GroupFacts,
  index: number,
  trans: TranslationBundle
): string {
  return trans.__('%1 of %2 runs', valueAt(counts, index), runs);
}

/** The ends of a line's band at one of its points; null where it has none there. */
export function bandAt(
  { lows, highs }: Line,
  index: number
): readonly [number, number] | null {
  const low = lows === null ? NaN : valueAt(lows, index);
  const high = highs === null ? NaN : valueAt(highs, index);
  return Number.isNaN(low) || Number.isNaN(high) ? null : [low, high];
}

export function middleWord(middle: Middle, trans: TranslationBundle): string {
  return middle === 'mean' ? trans.__('mean') : trans.__('median');
}

/** What the line and the band of groups are, as one sentence. */
export function measureWords(
  { middle, spread }: Measures,
  trans: TranslationBundle
): string {
  const line =
    middle === 'mean'
      ? trans.__('Each line is the mean of the runs that reach that far')
      : trans.__('Each line is the median of the runs that reach that far');
  const band = {
    range: trans.__('its band is from the least to the greatest of them.'),
    std: trans.__('its band is one standard deviation to either side.'),
    sem: trans.__('its band is one standard error to either side.')
  }[spread];
  return `${line}; ${band}`;
}
