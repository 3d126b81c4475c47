/**
 * Which metrics runs have between them, and which one to show first.
 */
import type { MetricSummary, Run } from '../contract';

type Metrics = {
  readonly metric_list: readonly Pick<MetricSummary, 'key'>[];
};

/** What a chart needs to know of a run. */
export type ChartedRun = Metrics &
  Pick<
    Run,
    | 'run_id'
    | 'name'
    | 'number'
    | 'started_at'
    | 'status'
    | 'change'
    | 'main_metric'
  >;

/** The keys of the runs' metrics: those that most runs have first, then by name. */
export function sharedMetrics(runs: readonly Metrics[]): readonly string[] {
  const counts = countMetrics(runs);
  const count = (key: string): number => counts.get(key) ?? 0;
  return [...counts.keys()].sort(
    (a, b) => count(b) - count(a) || a.localeCompare(b)
  );
}

/**
 * The metric wanted if there is one such, else one that as many runs as possible have:
 * a run's main metric if it is among those.
 */
export function chooseMetric(
  runs: readonly (Metrics & Pick<Run, 'main_metric'>)[],
  wanted: string | null
): string | null {
  const counts = countMetrics(runs);
  if (wanted !== null && counts.has(wanted)) {
    return wanted;
  }
  const first = sharedMetrics(runs)[0] ?? null;
  const most = counts.get(first ?? '');
  const mains = runs.flatMap(({ main_metric }) => main_metric?.key ?? []);
  return mains.find(key => counts.get(key) === most) ?? first;
}

function countMetrics(runs: readonly Metrics[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of runs.flatMap(run => run.metric_list)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
