/**
 * Runs and their points as the series of a figure.
 */
import { useMemo } from 'react';

import { DASHES, runStyle } from '../colors';
import type { RunStyle } from '../colors';
import type { MetricHistory } from '../contract';
import type { Series } from '../plot';
import type { Resource } from '../views/loader';

export type ChartRun = {
  readonly runId: string;
  readonly name: string;
  readonly number: number;
  readonly startedAt: string;
  /** Whether more points may come. */
  readonly isActive: boolean;
  /** The store's change at which the run was last changed. */
  readonly change: number;
};

/** The series of the runs that have points, the same object as long as nothing changed. */
export function useSeries(
  runs: readonly ChartRun[],
  byRun: ReadonlyMap<string, Resource<MetricHistory>>
): readonly Series[] {
  // Parents make the list of runs anew with every drawing.
  const identity = JSON.stringify(runs);
  return useMemo(
    () => seriesOf(runs, byRun),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `runs` is in `identity`
    [identity, byRun]
  );
}

export function seriesOf(
  runs: readonly ChartRun[],
  byRun: ReadonlyMap<string, Resource<MetricHistory>>
): Series[] {
  const styles = chartStyles(runs.map(run => run.number));
  return runs.flatMap((run, index) => {
    const state = byRun.get(run.runId);
    if (state?.kind !== 'ready' || state.value.values.length === 0) {
      return [];
    }
    return [
      {
        runId: run.runId,
        name: run.name,
        ...(styles[index] ?? runStyle(run.number)),
        startedAt: run.startedAt,
        history: state.value
      }
    ];
  });
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
