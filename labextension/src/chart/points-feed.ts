/**
 * Keeps the points of one metric of several runs up to date: all of the series as a
 * sample, and, while a part is looked at, that part in detail. One request at a time,
 * and never so many that the page does nothing else.
 */
import { failureOf } from '../api';
import type { Api, Failure, PointsQuery } from '../api';
import type { MetricHistory } from '../contract';
import type { Span, XAxis } from '../plot/types';

export type ByRun = ReadonlyMap<string, MetricHistory>;

export type Wanted = {
  readonly runIds: readonly string[];
  readonly key: string;
  readonly xAxis: XAxis;
  readonly xMetric: string | null;
  /** The part that is looked at; null is all. */
  readonly window: Span | null;
};

export type Points = {
  /** The sampled whole; null until it was read once. */
  readonly whole: ByRun | null;
  /** What is shown of `window`; null until it was read, and while there is none. */
  readonly part: ByRun | null;
  /** The store's change that the newest answer is of. */
  readonly change: number;
  /** Why the last request gave nothing; what was read before stays. */
  readonly failure: Failure | null;
};

export const NO_POINTS: Points = {
  whole: null,
  part: null,
  change: 0,
  failure: null
};

/** What a request and its drawing took, so many times over, is left to the rest. */
const REST = 4;
const SHORTEST_PAUSE_MS = 250;
const MOST_POINTS = 1500;
const LEAST_POINTS = 300;
/** So many points all runs of a chart have between them. */
const ALL_POINTS = 40_000;

type Reading = 'whole' | 'part';

type Loaded = { readonly of: string; readonly change: number };

export class PointsFeed {
  constructor(
    private readonly api: Pick<Api, 'metricHistories'>,
    private readonly show: (points: Points) => void,
    private readonly clock: () => number = () => performance.now()
  ) {}

  /** Says what is looked at from now on. */
  want(wanted: Wanted): void {
    const of = wholeOf(wanted);
    if (this.wanted !== null && of !== wholeOf(this.wanted)) {
      this.points = NO_POINTS;
      this.loadedWhole = this.loadedPart = null;
      this.show(this.points);
    } else if (partOf(wanted) !== this.loadedPart?.of) {
      this.loadedPart = null;
      if (this.points.part !== null) {
        this.points = { ...this.points, part: null };
        this.show(this.points);
      }
    }
    this.wanted = wanted;
    this.stale.add(wanted.window === null ? 'whole' : 'part');
    this.urgent = true;
    this.go();
  }

  /** Reads what has changed, soon. */
  request(): void {
    this.stale.add('whole').add('part');
    this.go();
  }

  /** Reads again at once, for somebody who waits. */
  retry(): void {
    this.urgent = true;
    this.request();
  }

  private go(): void {
    if (this.disposed || this.wanted === null || this.busy) {
      return;
    }
    if (this.timer !== null) {
      if (!this.urgent) {
        return;
      }
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.urgent = false;
    this.busy = true;
    void this.read(this.wanted);
  }

  dispose(): void {
    this.disposed = true;
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
  }

  private async read(wanted: Wanted): Promise<void> {
    const started = this.clock();
    this.reads = this.next(wanted);
    this.stale.delete(this.reads);
    const { window } = this.reads === 'whole' ? ALL : wanted;
    const of = window === null ? wholeOf(wanted) : partOf(wanted);
    const before = window === null ? this.loadedWhole : this.loadedPart;
    try {
      const answer = await this.api.metricHistories(
        queryOf({ ...wanted, window }, before?.change)
      );
      const now = this.wanted;
      const current =
        now !== null && of === (window === null ? wholeOf(now) : partOf(now));
      if (!this.disposed && current) {
        const loaded = { of, change: answer.change };
        const kept =
          before === null
            ? null
            : window === null
              ? this.points.whole
              : this.points.part;
        const byRun = new Map(kept ?? []);
        answer.histories.forEach(one => byRun.set(one.run_id, one));
        const same = kept !== null && answer.histories.length === 0;
        if (window === null) {
          this.loadedWhole = loaded;
        } else {
          this.loadedPart = loaded;
        }
        this.points = {
          ...this.points,
          ...(same ? {} : window === null ? { whole: byRun } : { part: byRun }),
          change: answer.change,
          failure: null
        };
        this.show(this.points);
      }
    } catch (thrown) {
      if (!this.disposed) {
        this.points = { ...this.points, failure: failureOf(thrown) };
        this.show(this.points);
      }
    }
    this.busy = false;
    this.rest(this.clock() - started);
  }

  /** All is read first, so that zooming out has something to show, then both by turns. */
  private next({ window }: Wanted): Reading {
    if (window === null || this.loadedWhole === null) {
      return 'whole';
    }
    const isTurn = this.reads === 'part' || !this.stale.has('part');
    return this.loadedPart !== null && this.stale.has('whole') && isTurn
      ? 'whole'
      : 'part';
  }

  /** Lets the page breathe, then reads what was asked for meanwhile. */
  private rest(took: number): void {
    if (this.disposed) {
      return;
    }
    const zooms = this.wanted !== null && this.wanted.window !== null;
    const missing =
      this.points.failure === null && zooms && this.loadedPart === null;
    if (this.urgent || missing) {
      this.go();
      return;
    }
    this.timer = setTimeout(
      () => {
        this.timer = null;
        if (this.stale.has('whole') || (zooms && this.stale.has('part'))) {
          this.go();
        }
      },
      Math.max(SHORTEST_PAUSE_MS, took * REST)
    );
  }

  private wanted: Wanted | null = null;
  private points: Points = NO_POINTS;
  private loadedWhole: Loaded | null = null;
  private loadedPart: Loaded | null = null;
  private busy = false;
  /** What may have changed since it was read. */
  private readonly stale = new Set<Reading>();
  private reads: Reading = 'whole';
  private urgent = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private disposed = false;
}

const ALL: Pick<Wanted, 'window'> = { window: null };

function wholeOf({ runIds, key, xAxis, xMetric }: Wanted): string {
  // Both times are drawn from the same points.
  const axis =
    xAxis === 'metric' ? [xMetric] : xAxis === 'step' ? 'step' : 'time';
  return JSON.stringify([runIds, key, axis]);
}

function partOf(wanted: Wanted): string {
  return JSON.stringify([wholeOf(wanted), wanted.xAxis, wanted.window]);
}

function queryOf(wanted: Wanted, since: number | undefined): PointsQuery {
  const { runIds, key, xAxis, xMetric, window } = wanted;
  return {
    run_id: runIds,
    key: [key],
    x: xAxis,
    ...(xAxis === 'metric' && xMetric !== null ? { x_key: xMetric } : {}),
    ...(window === null
      ? {}
      : xAxis === 'metric'
        ? { from: window[0], to: window[1] }
        : { from: Math.floor(window[0]), to: Math.ceil(window[1]) }),
    max_points: Math.round(
      Math.min(
        MOST_POINTS,
        Math.max(LEAST_POINTS, ALL_POINTS / Math.max(1, runIds.length))
      )
    ),
    ...(since === undefined ? {} : { since })
  };
}
