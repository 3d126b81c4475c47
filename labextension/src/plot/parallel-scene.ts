/**
 * A line a run across upright axes, one for each thing that runs are measured by.
 */
import { fits, passes } from './brush';
import { hasPlace } from './measure-axis';
import { rampShapes } from './ramp';
import type { Ramp } from './ramp';
import type { RunScene } from './run-scene';
import { toPixel } from './scale';
import type { Shape, Size } from './scene';
import type { PlotTheme } from './types';
import { axisAt, axisShapes, noneShapes, placedAxes } from './upright-axes';
import type { ParallelAxis, PlacedAxis } from './upright-axes';

export type ParallelLine = {
  readonly key: string;
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
};

export type Parallel = {
  readonly axes: readonly ParallelAxis[];
  /** In the order of the values of the axes' measures. */
  readonly lines: readonly ParallelLine[];
  /** What the colours and widths of the lines stand for; null: for nothing. */
  readonly ramp: Ramp | null;
};

export type ParallelScene = RunScene & {
  readonly axes: readonly PlacedAxis[];
};

type Words = {
  /** What stands where a run has nothing. */
  readonly none: string;
};

/** Above the axes, for their names. */
const TITLE = 22;
const NONE_ROOM = 26;
const FOOT = 12;
const REACH = 12;
const FAINT = 0.1;
const MANY = 60;

/** Which of the lines come through the brushes of all axes. */
export function passing({ axes, lines }: Parallel): readonly boolean[] {
  return lines.map((_, index) =>
    axes.every(({ brush, measure }) => {
      const counts = fits(brush, measure) ? brush : null;
      return passes(counts, measure, measure.values[index] ?? NaN);
    })
  );
}

/** @param titled whether the axes' names are drawn: on the screen they are buttons. */
export function parallelScene(
  parallel: Parallel,
  titled: boolean,
  theme: PlotTheme,
  size: Size,
  words: Words
): ParallelScene {
  const { lines } = parallel;
  const lacking = parallel.axes.map(({ measure, log }) =>
    measure.values.some(value => !hasPlace(value, log))
  );
  const lacks = lacking.includes(true);
  const top = TITLE + 8;
  const foot =
    size.height - FOOT - (parallel.ramp === null ? 0 : theme.fontSize * 2);
  const bottom = foot - (lacks ? NONE_ROOM : 0);
  const nowhere = foot;
  const axes = placedAxes(parallel.axes, size, top, bottom);
  const heights = parallel.axes.map(({ measure, log }, at) =>
    measure.values.map(value => {
      const scale = axes[at]?.scale;
      return scale !== undefined && hasPlace(value, log)
        ? toPixel(scale, value)
        : nowhere;
    })
  );
  const through = passing(parallel);
  const isBrushed = through.includes(false);
  const x = axes.map(axis => axis.x);
  const path = (index: number): number[] =>
    heights.map(column => column[index] ?? NaN);
  const lineShape = (line: ParallelLine, index: number): Shape => ({
    kind: 'path',
    x,
    y: path(index),
    color: line.color,
    width: line.width,
    dash: line.dash,
    opacity: through[index] !== true ? FAINT : lines.length > MANY ? 0.6 : 0.9
  });
  const indexOf = (key: string): number =>
    lines.findIndex(line => line.key === key);
  const drawn = lines.map(lineShape);
  return {
    ...size,
    area: { left: 0, top, right: size.width, bottom },
    font: theme.font,
    fontSize: theme.fontSize,
    axes,
    shapes: [
      // What is left out lies below what is not.
      ...drawn.filter((_, index) => through[index] !== true),
      ...drawn.filter((_, index) => through[index] === true),
      ...parallel.axes.flatMap((axis, at) => {
        const placed = axes[at];
        return placed === undefined
          ? []
          : axisShapes(axis, placed, theme, titled, size.width, axes.length);
      }),
      ...noneShapes(
        x.filter((_, index) => lacking[index]),
        nowhere,
        theme,
        words.none
      ),
      ...(parallel.ramp === null ? [] : rampShapes(parallel.ramp, theme, size))
    ],
    pick: (px, py) => {
      if (axisAt(axes, px) !== -1) {
        return null;
      }
      const after = x.findIndex(at => at >= px);
      const at = after === -1 ? x.length - 1 : Math.max(1, after);
      const from = x[at - 1] ?? NaN;
      const share = x.length < 2 ? 0 : (px - from) / ((x[at] ?? NaN) - from);
      let found: string | null = null;
      let nearest = REACH;
      lines.forEach((line, index) => {
        if (isBrushed && through[index] !== true) {
          return;
        }
        const low = heights[at - 1]?.[index] ?? NaN;
        const high = heights[at]?.[index] ?? low;
        const within = Math.min(1, Math.max(0, share));
        const away = Math.abs(low + (high - low) * within - py);
        if (away < nearest) {
          nearest = away;
          found = line.key;
        }
      });
      return found;
    },
    find: key => {
      const index = indexOf(key);
      const last = x.length - 1;
      return index === -1
        ? null
        : { x: x[last] ?? NaN, y: heights[last]?.[index] ?? NaN };
    },
    mark: key => {
      const index = indexOf(key);
      const line = lines[index];
      return line === undefined
        ? []
        : [
            {
              kind: 'path',
              x,
              y: path(index),
              color: theme.background,
              width: line.width + 5
            },
            {
              kind: 'path',
              x,
              y: path(index),
              color: line.color,
              width: line.width + 1.5,
              dash: line.dash
            },
            { kind: 'dots', x, y: path(index), radius: 4, color: line.color }
          ];
    }
  };
}
