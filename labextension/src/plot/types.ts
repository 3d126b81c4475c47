/**
 * What charts are drawn from: series of points, a theme, and what a person has chosen.
 */
import type { Dash } from '../colors';
import type { MetricHistory } from '../contract';

/** Steps, ms since the run's start, ms since the epoch, or another metric's values. */
export type XAxis = 'step' | 'relative' | 'wall' | 'metric';

/** Two values, the lesser first. */
export type Span = readonly [number, number];

/** One metric of one run, as drawn. `color` and `dash` are the run's everywhere. */
export type Series = {
  readonly runId: string;
  readonly name: string;
  readonly color: string;
  readonly dash: Dash;
  readonly history: MetricHistory;
};

/** Colours and fonts as a canvas takes them: resolved, never `var(…)`. */
export type PlotTheme = {
  /** What is behind the chart: opaque, so that exported pictures can be read. */
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly accent: string;
  readonly font: string;
  readonly fontSize: number;
};

/** `amount` from 0 (none) to 0.99, as W&B's slider counts it. */
export type Smoothing = {
  readonly method: 'ema' | 'mean';
  readonly amount: number;
};

/** How a chart draws its lines; `null` in `yMin` and `yMax` lets the data decide. */
export type LineOptions = {
  readonly xAxis: XAxis;
  /** Which metric the x axis is; null where it is none. */
  readonly xMetric: string | null;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smoothing: Smoothing;
  readonly yMin: number | null;
  readonly yMax: number | null;
  readonly ignoreOutliers: boolean;
};

export const LINE_OPTIONS: LineOptions = {
  xAxis: 'step',
  xMetric: null,
  logX: false,
  logY: false,
  smoothing: { method: 'ema', amount: 0 },
  yMin: null,
  yMax: null,
  ignoreOutliers: false
};

/** The part that is looked at; null is as far as there are points. */
export type Zoom = { readonly x: Span | null; readonly y: Span | null };

export const NO_ZOOM: Zoom = { x: null, y: null };
