/**
 * The upright axes of parallel coordinates: where they stand, what they say, and what is
 * brushed on them.
 */
import { textWidth } from './axes';
import { fits } from './brush';
import type { Brush } from './brush';
import type { Measure } from './measure';
import { domainOf, ticksOf } from './measure-axis';
import { shorten } from './row-scene';
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

export type PlacedAxis = {
  readonly x: number;
  readonly scale: Scale;
};

const BRUSH_WIDTH = 14;
/** So near to an axis the axis is meant, not a line. */
const GRASP = 9;
const SIDE = 8;

/** Which axis is meant there, to be brushed; -1: none. */
export function axisAt(axes: readonly PlacedAxis[], x: number): number {
  return axes.findIndex(axis => Math.abs(axis.x - x) <= GRASP);
}

/** The first and the last leave room for half a name. */
export function placedAxes(
  axes: readonly ParallelAxis[],
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

export function axisShapes(
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

/** The marks below the axes of which some run has nothing. */
export function noneShapes(
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
