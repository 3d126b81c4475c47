/**
 * What a chart leaves out, to be said beside it.
 */
import { toNumber } from '../format';
import { xAt } from './lines';
import type { LineOptions, Series } from './types';

export type Omissions = {
  /** Points that are NaN or infinite, or whose x is. */
  readonly notFinite: number;
  /** Points that a logarithmic axis has no place for: at or below zero. */
  readonly notPositive: number;
  /** Drawn and counted points of the sampled series; null where all are drawn. */
  readonly sampled: { readonly shown: number; readonly total: number } | null;
};

/** Counts what can't be drawn, of the runs that are not hidden. */
export function omissions(
  series: readonly Series[],
  options: Pick<LineOptions, 'xAxis' | 'logX' | 'logY'>,
  hidden: ReadonlySet<string>
): Omissions {
  let notFinite = 0;
  let notPositive = 0;
  let shown = 0;
  let total = 0;
  for (const { runId, history } of series) {
    if (hidden.has(runId)) {
      continue;
    }
    history.values.forEach((value, index) => {
      const number = toNumber(value);
      const at = xAt(history, options.xAxis, index);
      if (!Number.isFinite(number) || !Number.isFinite(at)) {
        notFinite += 1;
      } else if ((options.logY && number <= 0) || (options.logX && at <= 0)) {
        notPositive += 1;
      }
    });
    if (history.sampled) {
      shown += history.values.length;
      total += history.count;
    }
  }
  return {
    notFinite,
    notPositive,
    sampled: total > 0 ? { shown, total } : null
  };
}
