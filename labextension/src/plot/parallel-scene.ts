/**
 * A line a run across upright axes, one for each thing that runs are measured by.
 */
import { textWidth } from './axes';
import { fits, passes } from './brush';
import type { Brush } from './brush';
import type { Measure } from './measure';
import { domainOf, hasPlace, ticksOf } from './measure-axis';
import { rampColor, rampWidth } from './ramp';
import { shorten } from './row-scene';
import type { RunScene } from './run-scene';
import { shortNumber, toPixel } from './scale';
import type { Scale, Tick } from './scale';
import { rule } from './scene';
import type { Shape, Size } from './scene';
import type { PlotTheme } from './types';

export type ParallelAxis = {
  readonly title: string;
  readonly measure: Measure;
  readonly log: boolean;
  /** The greatest at the bottom. */
  readonly flipped: boolean;
  readonly brush: Brush | null;
};

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

type Ramp = {
  readonly title: string;
  readonly least: string;
  readonly greatest: string;
};

export type ParallelScene = RunScene & {
  readonly axes: readonly PlacedAxis[];
};

export type PlacedAxis = {
  readonly x: number;
  readonly scale: Scale;
};

type Words = {
  /** What stands where a run has nothing. */
  readonly none: string;
};

/** Above the axes, for their names. */
export const TITLE = 22;
const NONE_ROOM = 26;
const FOOT = 12;
const REACH = 12;
const FAINT = 0.1;
const MANY = 60;
const BRUSH_WIDTH = 14;
const GRASP = 9;
const SIDE = 8;
const RAMP = 24;

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
  const axes = placedAxes(parallel, size, top, bottom);
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

/** Which axis is meant there, to be brushed; -1: none. */
export function axisAt(axes: readonly PlacedAxis[], x: number): number {
  return axes.findIndex(axis => Math.abs(axis.x - x) <= GRASP);
}

/** The first and the last leave room for half a name. */
function placedAxes(
  { axes }: Parallel,
  size: Size,
  top: number,
  bottom: number
): readonly PlacedAxis[] {
  const room = (size.width - 2 * SIDE) / Math.max(1, axes.length);
  const side = Math.min(48, room / 2) + SIDE;
  const width = size.width - 2 * side;
  return axes.map(({ measure, log, flipped }, index) => ({
    x: Math.round(
      side + (axes.length === 1 ? 0.5 : index / (axes.length - 1)) * width
    ),
    scale: {
      log,
      domain: domainOf(measure, log, 0),
      pixels: flipped ? [top, bottom] : [bottom, top]
    }
  }));
}

function axisShapes(
  axis: ParallelAxis,
  { x, scale }: PlacedAxis,
  theme: PlotTheme,
  titled: boolean,
  width: number,
  count: number
): Shape[] {
  const { measure, brush } = axis;
  const ends = [...scale.pixels].sort((a, b) => a - b);
  const [top, bottom] = [ends[0] ?? NaN, ends[1] ?? NaN];
  const room = width / count - 14;
  const shapes: Shape[] = [
    rule([x, top], [x, bottom], theme.muted, 1.5),
    ...labelsOf(axis, x, scale, theme, room)
  ];
  if (titled) {
    shapes.push({
      kind: 'label',
      x,
      y: top - 8,
      text: shorten(axis.title, Math.floor(room / (theme.fontSize * 0.58))),
      align: 'center',
      baseline: 'bottom',
      color: theme.text
    });
  }
  if (brush !== null && fits(brush, measure)) {
    shapes.push(
      ...brushedParts(brush, measure, scale).map(([from, to]): Shape => ({
        kind: 'box',
        x: x - BRUSH_WIDTH / 2,
        y: from,
        width: BRUSH_WIDTH,
        height: Math.max(2, to - from),
        color: theme.accent,
        opacity: 0.35
      }))
    );
  }
  return shapes;
}

/** From where to where a brush goes, in pixels; of words a part for each. */
function brushedParts(
  brush: Brush,
  { words }: Measure,
  scale: Scale
): [number, number][] {
  const [one, other] = scale.pixels;
  const least = Math.min(one, other);
  const greatest = Math.max(one, other);
  const within = (pixel: number): number =>
    Number.isNaN(pixel) ? greatest : Math.min(greatest, Math.max(least, pixel));
  const parts =
    brush.kind === 'span'
      ? [brush.span]
      : (words ?? []).flatMap((word, place) =>
          brush.words.includes(word)
            ? [[place - 0.35, place + 0.35] as const]
            : []
        );
  return parts.map(part => {
    const [from, to] = part.map(value => within(toPixel(scale, value)));
    return [Math.min(from ?? NaN, to ?? NaN), Math.max(from ?? NaN, to ?? NaN)];
  });
}

/** The values that an axis names, beside it, readable above the lines. */
function labelsOf(
  { measure }: ParallelAxis,
  x: number,
  scale: Scale,
  theme: PlotTheme,
  room: number
): Shape[] {
  return ticksAndEnds(measure, scale, theme, room).flatMap(
    ({ value, label }): Shape[] => {
      const y = toPixel(scale, value);
      return [
        rule([x - 3, y], [x + 3, y], theme.muted),
        {
          kind: 'box',
          x: x + 5,
          y: y - theme.fontSize * 0.6,
          width: textWidth(label, theme.fontSize) + 4,
          height: theme.fontSize * 1.2,
          color: theme.background,
          opacity: 0.75
        },
        {
          kind: 'label',
          x: x + 7,
          y,
          text: label,
          align: 'start',
          baseline: 'middle',
          color: theme.muted
        }
      ];
    }
  );
}

/** Words; of numbers the least and the greatest, and round ones between them. */
function ticksAndEnds(
  measure: Measure,
  scale: Scale,
  theme: PlotTheme,
  room: number
): readonly Tick[] {
  const { domain, pixels } = scale;
  const count = Math.max(2, Math.round(Math.abs(pixels[1] - pixels[0]) / 44));
  const ticks = ticksOf(measure, theme, room)(scale, count);
  if (measure.words !== null) {
    return ticks;
  }
  // Between whole numbers there is nothing to name.
  const there = measure.values.filter(value => !Number.isNaN(value));
  const areWhole = there.every(Number.isInteger);
  const ends = measure.values.some(value => value === domain[0])
    ? domain.map(value => ({
        value,
        label: shortNumber(Number(value.toPrecision(4)))
      }))
    : [];
  const isFree = ({ value }: Tick): boolean =>
    (!areWhole || Number.isInteger(value)) &&
    ends.every(
      end =>
        Math.abs(toPixel(scale, end.value) - toPixel(scale, value)) >
        theme.fontSize * 1.4
    );
  return [
    ...ends,
    ...ticks.filter(isFree).map(({ value, label }) => ({
      value,
      label: areWhole ? shortNumber(value) : label
    }))
  ];
}

function noneShapes(
  x: readonly number[],
  y: number,
  theme: PlotTheme,
  none: string
): Shape[] {
  return x.flatMap((at): Shape[] => [
    rule([at - 6, y], [at + 6, y], theme.muted, 1.5),
    {
      kind: 'label',
      x: at + 9,
      y,
      text: none,
      align: 'start',
      baseline: 'middle',
      color: theme.muted
    }
  ]);
}

/** Thin and warm is the least, wide and cold the greatest. */
function rampShapes(ramp: Ramp, theme: PlotTheme, size: Size): Shape[] {
  const y = size.height - theme.fontSize;
  const least = `${ramp.title}  ${ramp.least}`;
  const from = Math.round(SIDE + textWidth(least, theme.fontSize) + 8);
  const step = 5;
  const label = { baseline: 'middle', color: theme.muted, y } as const;
  return [
    { kind: 'label', ...label, x: SIDE, text: least, align: 'start' },
    ...Array.from({ length: RAMP }, (_, index): Shape => {
      const share = index / (RAMP - 1);
      const height = 2 + rampWidth(share) * 2;
      return {
        kind: 'box',
        x: from + index * step,
        y: y - height / 2,
        width: step,
        height,
        color: rampColor(share)
      };
    }),
    {
      kind: 'label',
      ...label,
      x: from + RAMP * step + 8,
      text: ramp.greatest,
      align: 'start'
    }
  ];
}
