/**
 * What the compare page shows that follows from a comparison: pure functions.
 */
import type {
  Comparison,
  Explanation,
  MetricSummary,
  Run,
  ValueDifference
} from '../contract';
import {
  columnFormat,
  formatDeviation,
  formatValue,
  toNumber,
  NO_VALUE
} from '../format';
import type { Verdict } from '../views/verdict-badge';

export type Direction = NonNullable<MetricSummary['direction']>;

export type TableRow = {
  readonly kind: 'param' | 'metric' | 'duration' | 'environment' | 'notebook';
  readonly key: string;
  readonly texts: readonly string[];
  readonly differs: boolean;
  /** The columns that hold the best value; empty where none is better. */
  readonly best: ReadonlySet<number>;
  /** Whether each run's notebook explains its result. */
  readonly verdicts?: readonly Verdict[];
};

const NO_BEST: ReadonlySet<number> = new Set();

/** Which revision of its notebook each run is of, and whether that explains it. */
export function notebookRow(
  key: string,
  explanations: readonly Explanation[]
): TableRow {
  const texts = explanations.map(({ revision_number: number }) =>
    number === null || number === 0 ? NO_VALUE : `r${number}`
  );
  const verdicts = explanations.map(({ verdict }) => verdict);
  return {
    kind: 'notebook',
    key,
    texts,
    differs: new Set(texts).size > 1 || new Set(verdicts).size > 1,
    best: NO_BEST,
    verdicts
  };
}

export function paramRows(comparison: Comparison): readonly TableRow[] {
  return comparison.params.map(param => plainRow('param', param));
}

export function environmentRows(comparison: Comparison): readonly TableRow[] {
  return comparison.environment.map(fact => plainRow('environment', fact));
}

function plainRow(kind: TableRow['kind'], row: ValueDifference): TableRow {
  return {
    kind,
    key: row.key,
    texts: row.values.map((value, index) =>
      row.present[index] === true ? formatValue(value) : NO_VALUE
    ),
    differs: row.differs,
    best: NO_BEST
  };
}

/**
 * Metrics in one precision a row, the best marked where the direction is known.
 *
 * @param runs what is known of the runs themselves; those not read yet may lack.
 */
export function metricRows(
  comparison: Comparison,
  runs: readonly Pick<Run, 'run_id' | 'metric_list'>[]
): readonly TableRow[] {
  const directions = directionsOf(runs);
  const deviations = comparison.runs.map(({ run_id: runId }) => {
    const metrics = runs.find(run => run.run_id === runId)?.metric_list ?? [];
    return new Map(metrics.map(({ key, std }) => [key, std]));
  });
  return comparison.metrics.map(metric => {
    const values = metric.values.map((value, index) =>
      metric.present[index] === true ? asContractNumber(value) : null
    );
    const format = columnFormat(values.filter(value => value !== null));
    return {
      kind: 'metric',
      key: metric.key,
      texts: values.map((value, index) => {
        const std = deviations[index]?.get(metric.key) ?? null;
        const text = value === null ? NO_VALUE : format(value);
        return std === null ? text : `${text} ${formatDeviation(std, format)}`;
      }),
      differs: metric.differs,
      best: bestColumns(values, directions.get(metric.key) ?? null)
    };
  });
}

function asContractNumber(value: unknown): number | string {
  return typeof value === 'number' || typeof value === 'string'
    ? value
    : Number.NaN;
}

/** The columns of the best value; none where all are alike or nothing is better. */
export function bestColumns(
  values: readonly (number | string | null)[],
  direction: Direction | null
): ReadonlySet<number> {
  const numbers = values.map(value =>
    value === null ? Number.NaN : toNumber(value)
  );
  const real = numbers.filter(number => !Number.isNaN(number));
  if (direction === null || new Set(real).size < 2) {
    return NO_BEST;
  }
  const best = direction === 'higher' ? Math.max(...real) : Math.min(...real);
  return new Set(
    numbers.flatMap((number, index) => (number === best ? [index] : []))
  );
}

/** The directions that the runs give their metrics. */
function directionsOf(
  runs: readonly Pick<Run, 'metric_list'>[]
): ReadonlyMap<string, Direction> {
  const directions = new Map<string, Direction>();
  for (const { key, direction } of runs.flatMap(run => run.metric_list)) {
    if (direction !== null) {
      directions.set(key, direction);
    }
  }
  return directions;
}

/** Ids with the baseline in front, the others in their order. */
export function withBaseline(
  runIds: readonly string[],
  baseline: string
): readonly string[] {
  return [baseline, ...runIds.filter(runId => runId !== baseline)];
}
