/**
 * The lines of a chart: points read as far as they are looked at, what is zoomed to, and
 * how it is smoothed.
 */
import { useMemo, useState } from 'react';

import { groupLines } from '../plot/groups';
import { alongSpan, makeLines, xSpan } from '../plot/lines';
import type { Line } from '../plot/lines';
import { halfLifeOf } from '../plot/smoothing';
import { NO_ZOOM } from '../plot/types';
import type { LineOptions, Series, Span, Zoom } from '../plot/types';
import type { RunGroup } from './grouping';
import { axisOf } from './hover';
import type { ChartRun } from './series';
import { useSeries } from './series';
import type { Grouped } from './use-grouped';
import { usePoints } from './use-points';
import type { LivePoints } from './use-points';

export type Lines = LivePoints & {
  /** The sampled whole of each run that has points. */
  readonly whole: readonly Series[];
  /** What is drawn: the part that is zoomed to in detail, once it was read. */
  readonly series: readonly Series[];
  readonly lines: readonly Line[];
  /** The groups that the lines are of; null where each run has its own. */
  readonly groups: readonly DrawnGroup[] | null;
  /** Runs that are in no line of a group, as their x goes back. */
  readonly falling: number;
  /** Places of groups' lines that a logarithmic axis leaves out. */
  readonly belowZero: number;
  /** What smoothing comes to along the lines; 0: nothing is smoothed. */
  readonly halfLife: number;
  readonly zoom: Zoom;
  readonly setZoom: (zoom: Zoom) => void;
  readonly isZoomed: boolean;
  /** Whether a closer look reads more of the points. */
  readonly readsCloser: boolean;
};

/** A group, how many of its runs are drawn, and what its line has come to, if known. */
export type DrawnGroup = {
  readonly group: RunGroup;
  readonly drawn: number;
  readonly last: number | null;
};

/** So many half-lives before a part still show in it. */
const MEMORY = 8;

type Ranges = { readonly x: Span | null; readonly along: Span | null };

export function useLines(
  runs: readonly ChartRun[],
  metric: string,
  options: LineOptions,
  hidden: ReadonlySet<string>,
  grouped: Grouped | null,
  active: boolean
): Lines {
  const [zooms, setZooms] = useState<{ of: string; zoom: Zoom }>();
  const axes = `${axisOf(options)} ${options.logX} ${options.logY} ${metric}`;
  // Another axis has another zoom: none.
  const zoom = zooms?.of === axes ? zooms.zoom : NO_ZOOM;
  const [ranges, setRanges] = useState<Ranges>({ x: null, along: null });
  const { amount } = options.smoothing;
  const halfLife = halfLifeOf(amount, lengthOf(ranges.along));
  // What is near in another metric may be far in steps, along which is smoothed.
  const readsCloser = options.xAxis !== 'metric' || amount === 0;
  const window = useMemo(
    () => (readsCloser ? widened(zoom.x, roundedUp(halfLife * MEMORY)) : null),
    [readsCloser, zoom.x, halfLife]
  );
  const { points, reload } = usePoints(runs, metric, options, window, active);
  const whole = useSeries(runs, points.whole);
  const detail = useSeries(runs, points.part);
  const isWhole = points.part === null;
  const series = isWhole ? whole : detail;
  const found = useMemo(
    () => ({ x: xSpan(whole, options), along: alongSpan(whole, options) }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- of the options, only these
    [whole, options.xAxis, options.logX]
  );
  if (!same(found.x, ranges.x) || !same(found.along, ranges.along)) {
    setRanges(found);
  }
  const made = useMemo(() => {
    const shown = series.filter(one => !hidden.has(one.runId));
    return grouped === null
      ? {
          lines: makeLines(shown, options, ranges.along),
          falling: 0,
          notPositive: 0
        }
      : groupLines(
          grouped.groups
            .filter(group => !grouped.hidden.has(group.id))
            .map(group => ({ ...group, series: membersOf(group, shown) })),
          options,
          grouped.measures,
          ranges.along
        );
  }, [series, hidden, grouped, options, ranges]);
  const { lines } = made;
  const groups = useMemo(
    () =>
      grouped?.groups.map(group => ({
        group,
        drawn: membersOf(group, whole).filter(one => !hidden.has(one.runId))
          .length,
        // Of a part the last value is not that of the line.
        last: isWhole ? lastOf(lines.find(line => line.id === group.id)) : null
      })) ?? null,
    [grouped, whole, hidden, lines, isWhole]
  );
  return {
    points,
    reload,
    whole,
    series,
    lines,
    groups,
    falling: made.falling,
    belowZero: made.notPositive,
    halfLife,
    zoom,
    setZoom: next =>
      setZooms({ of: axes, zoom: confined(next, ranges.x, options.logX) }),
    isZoomed: zoom.x !== null || zoom.y !== null,
    readsCloser
  };
}

function membersOf(
  group: RunGroup,
  series: readonly Series[]
): readonly Series[] {
  const runIds = new Set(group.runIds);
  return series.filter(one => runIds.has(one.runId));
}

function lastOf(line: Line | undefined): number | null {
  return line?.y.filter(value => !Number.isNaN(value)).at(-1) ?? null;
}

function lengthOf(span: Span | null): number {
  return span === null ? 0 : span[1] - span[0];
}

function same(one: Span | null, other: Span | null): boolean {
  return one?.[0] === other?.[0] && one?.[1] === other?.[1];
}

/** A part with what comes before it, as far as smoothing remembers. */
function widened(span: Span | null, by: number): Span | null {
  return span === null ? null : [span[0] - by, span[1] + by];
}

/** The next power of two: a run that goes on changes it now and then only. */
function roundedUp(length: number): number {
  return length > 0 ? 2 ** Math.ceil(Math.log2(length)) : 0;
}

/** What is zoomed out of beyond all points shows all of them. */
function confined(zoom: Zoom, range: Span | null, log: boolean): Zoom {
  const { x } = zoom;
  if (x === null || range === null) {
    return zoom;
  }
  if ((x[0] <= range[0] && x[1] >= range[1]) || (log && x[0] <= 0)) {
    return { ...zoom, x: null };
  }
  // A part beyond either end would show nothing.
  return x[1] < range[0] || x[0] > range[1] ? { ...zoom, x: null } : zoom;
}
