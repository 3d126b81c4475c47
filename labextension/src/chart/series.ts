/**
 * Runs and their points as the series of a chart.
 */
import { useMemo } from 'react';

import { DASHES, runStyle } from '../colors';
import type { RunStyle } from '../colors';
import type { Series } from '../plot/types';
import type { ByRun } from './points-feed';

export type ChartRun = {
  readonly runId: string;
  readonly name: string;
  readonly number: number;
  /** Whether more points may come. */
  readonly isActive: boolean;
  /** The store's change at which the run was last changed. */
  readonly change: number;
};

/** The series of the runs that have points, the same object as long as nothing changed. */
export function useSeries(
  runs: readonly ChartRun[],
  byRun: ByRun | null
): readonly Series[] {
  // Parents make the list of runs anew with every drawing.
  const identity = JSON.stringify(
    runs.map(({ runId, name, number }) => [runId, name, number])
  );
  return useMemo(
    () => (byRun === null ? [] : seriesOf(runs, byRun)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `runs` is in `identity`
    [identity, byRun]
  );
}

export function seriesOf(runs: readonly ChartRun[], byRun: ByRun): Series[] {
  const styles = chartStyles(runs.map(run => run.number));
  return runs.flatMap((run, index) => {
    const history = byRun.get(run.runId);
    if (history === undefined || history.values.length === 0) {
      return [];
    }
    return [
      {
        runId: run.runId,
        name: run.name,
        ...(styles[index] ?? runStyle(run.number)),
        history
      }
    ];
  });
}

/** Whether there is nothing to connect: several runs, each with one point at most. */
export function drawsDots(series: readonly Series[]): boolean {
  return series.length > 0 && series.every(one => one.history.total <= 1);
}

/**
 * The runs' colours, and dashes that tell neighbouring lines apart without them: the
 * first line is solid, and no two lines share both as long as there are enough.
 */
export function chartStyles(numbers: readonly number[]): readonly RunStyle[] {
  const taken = new Set<string>();
  return numbers.map((number, index) => {
    const { color } = runStyle(number);
    const turned = DASHES.map(
      (_, turn) => DASHES[(index + turn) % DASHES.length] ?? 'solid'
    );
    const dash =
      turned.find(candidate => !taken.has(`${color} ${candidate}`)) ??
      turned[0] ??
      'solid';
    taken.add(`${color} ${dash}`);
    return { color, dash };
  });
}
