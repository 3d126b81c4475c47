/**
 * What runs can be measured by, and what suggests itself.
 */
import type { ChartedMetric, ChartedRun, ChartSubject } from '../contract';
import { measureOf } from '../plot/measure';
import type { Measure } from '../plot/measure';
import type {
  BarSettings,
  BarValue,
  Quantity,
  ScatterSettings
} from './panel-settings';

/** Without a quantity no run has a value. */
export function measureRuns(
  runs: readonly ChartedRun[],
  quantity: Quantity | null
): Measure {
  if (quantity === null) {
    return measureOf(
      runs.map(() => null),
      true
    );
  }
  const { of, key } = quantity;
  return of === 'param'
    ? measureOf(
        runs.map(run => run.params[key]),
        true
      )
    : measureOf(
        runs.map(run => run.metrics[key]?.last),
        false
      );
}

export type Direction = ChartedMetric['direction'];

export function directionOf(key: string, subject: ChartSubject): Direction {
  return subject.metrics.find(one => one.key === key)?.direction ?? null;
}

/** What is best, only a metric's direction says: without one it is the last value. */
export function barValue(
  { value }: BarSettings,
  direction: Direction
): BarValue {
  return value === 'best' && direction === null ? 'last' : value;
}

/** The metrics' keys among them, whose values have to be read. */
export function metricKeys(
  quantities: readonly (Quantity | null)[]
): readonly string[] {
  return [
    ...new Set(
      quantities.flatMap(one => (one?.of === 'metric' ? [one.key] : []))
    )
  ].sort();
}

/**
 * What was chosen; else the first metric over the first param of numbers, or over the
 * next metric.
 */
export function scatterAxes(
  chosen: Pick<ScatterSettings, 'x' | 'y'>,
  subject: ChartSubject
): Pick<ScatterSettings, 'x' | 'y'> {
  const [first, second] = subject.metrics.map(({ key }) => metric(key));
  const params = subject.params.map(param);
  const numbers = params.find(
    one => measureRuns(subject.runs, one).words === null
  );
  return {
    x: chosen.x ?? numbers ?? params[0] ?? second ?? null,
    y: chosen.y ?? first ?? null
  };
}

/** So many axes stand there at first. */
const FIRST_AXES = 8;
/** Words of which there are more are names of runs rather than choices. */
const MOST_WORDS = 20;

/** The params that vary, then the metric that leads the runs' rows. */
export function suggestedLineup(subject: ChartSubject): readonly Quantity[] {
  const [main] = subject.metrics;
  const params = subject.params
    .map(param)
    .filter(
      one => (measureRuns(subject.runs, one).words?.length ?? 0) <= MOST_WORDS
    );
  const last = main === undefined ? [] : [metric(main.key)];
  return [...params.slice(0, FIRST_AXES - last.length), ...last];
}

function param(key: string): Quantity {
  return { of: 'param', key };
}

function metric(key: string): Quantity {
  return { of: 'metric', key };
}
