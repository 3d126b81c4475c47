/**
 * A point a run, over two of the things that runs are measured by, and a line through
 * them.
 */
import { makeAxes } from './axes';
import type { Axes } from './axes';
import type { Measure } from './measure';
import { domainOf, hasPlace, ticksOf } from './measure-axis';
import type { RunScene } from './run-scene';
import { toPixel } from './scale';
import type { Scale } from './scale';
import { rule } from './scene';
import type { Shape, Size } from './scene';
import { trendOf } from './trend';
import type { Trend } from './trend';
import type { PlotTheme } from './types';

export type ScatterAxis = {
  readonly title: string;
  readonly measure: Measure;
  readonly log: boolean;
};

export type ScatterPoint = {
  readonly key: string;
  readonly color: string;
  readonly x: number;
  readonly y: number;
};

export type Scatter = {
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  /** Those that have a place on both axes. */
  readonly points: readonly ScatterPoint[];
  /** In logarithms where an axis is. */
  readonly trend: Trend | null;
};

const PAD = 0.06;
const RADIUS = 5;
const REACH = 24;

export function makeScatter(
  runs: readonly { readonly key: string; readonly color: string }[],
  x: ScatterAxis,
  y: ScatterAxis
): Scatter {
  const points = runs.flatMap((run, index) => {
    const at = {
      x: x.measure.values[index] ?? NaN,
      y: y.measure.values[index] ?? NaN
    };
    return hasPlace(at.x, x.log) && hasPlace(at.y, y.log)
      ? [{ ...run, ...at }]
      : [];
  });
  // Words have no distances, so that nothing goes with them.
  const hasTrend = x.measure.words === null && y.measure.words === null;
  return {
    x,
    y,
    points,
    trend: hasTrend
      ? trendOf(
          points.map(point => onAxis(point.x, x.log)),
          points.map(point => onAxis(point.y, y.log))
        )
      : null
  };
}

export function scatterScene(
  scatter: Scatter,
  withTrend: boolean,
  theme: PlotTheme,
  size: Size
): RunScene {
  const { x, y, points } = scatter;
  const axes = makeAxes(
    size,
    theme,
    {
      domain: domainOf(x.measure, x.log, PAD),
      log: x.log,
      ticks: ticksOf(x.measure, theme, null),
      title: x.title
    },
    {
      domain: domainOf(y.measure, y.log, PAD),
      log: y.log,
      ticks: ticksOf(y.measure, theme, size.width / 4),
      title: y.title
    }
  );
  const places = new Map(
    points.map(point => [
      point.key,
      { x: toPixel(axes.x, point.x), y: toPixel(axes.y, point.y) }
    ])
  );
  const dot = ({ key, color }: ScatterPoint, radius: number): Shape => {
    const place = places.get(key) ?? { x: NaN, y: NaN };
    return { kind: 'dots', x: [place.x], y: [place.y], radius, color };
  };
  return {
    ...size,
    area: axes.area,
    font: theme.font,
    fontSize: theme.fontSize,
    shapes: [
      ...axes.shapes,
      ...(withTrend && scatter.trend !== null
        ? [trendShape(scatter.trend, axes, theme)]
        : []),
      ...points.map(point => ({ ...dot(point, RADIUS), opacity: 0.85 }))
    ],
    pick: (px, py) => {
      let found: string | null = null;
      let nearest = REACH;
      for (const [key, place] of places) {
        const away = Math.hypot(place.x - px, place.y - py);
        if (away < nearest) {
          nearest = away;
          found = key;
        }
      }
      return found;
    },
    find: key => places.get(key) ?? null,
    mark: key => {
      const point = points.find(one => one.key === key);
      return point === undefined
        ? []
        : [
            { ...dot(point, RADIUS + 4), color: theme.text },
            { ...dot(point, RADIUS + 2.5), color: theme.background },
            dot(point, RADIUS + 1)
          ];
    }
  };
}

function trendShape(
  { slope, intercept }: Trend,
  axes: Axes,
  theme: PlotTheme
): Shape {
  const [from, to] = axes.x.domain;
  const height = (at: number): number => {
    const value = intercept + slope * onAxis(at, axes.x.log);
    return toPixel(linear(axes.y), value);
  };
  return {
    ...rule(
      [axes.area.left, height(from)],
      [axes.area.right, height(to)],
      theme.muted,
      1.5
    ),
    dash: [6, 4],
    clip: true
  };
}

/** The scale of the logarithms of a logarithmic axis, which no value leaves. */
function linear({ log, domain, pixels }: Scale): Scale {
  return {
    log: false,
    domain: [onAxis(domain[0], log), onAxis(domain[1], log)],
    pixels
  };
}

function onAxis(value: number, log: boolean): number {
  return log ? Math.log10(value) : value;
}
