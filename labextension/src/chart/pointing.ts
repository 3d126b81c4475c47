/**
 * Which point of which line is meant: by a pointer, or by a key from the one before.
 */
import { valueAt } from '../plot/column';
import type { Axes } from '../plot/axes';
import { nearestIndex, nearestPoint } from '../plot/lines';
import type { Line } from '../plot/lines';
import { toPixel, toValue } from '../plot/scale';
import type { Hover } from './hover';

type At = Pick<Hover, 'x' | 'runId' | 'along'>;

/** Within so many pixels of a line, its run is meant. */
const REACH = 30;

/** Which point of a line is meant; -1: none. */
export function indexAt(line: Line, at: At): number {
  if (at.along !== undefined && at.runId === line.id) {
    return nearestIndex(line.along, at.along);
  }
  return at.x === null ? -1 : nearestPoint(line, at.x);
}

/** The x of the nearest point of any line, and the run whose line is near. */
export function pointAt(
  lines: readonly Line[],
  { x: xScale, y: yScale, area }: Axes,
  px: number,
  py: number
): At | null {
  if (px < area.left - 4 || px > area.right + 4) {
    return null;
  }
  const value = toValue(xScale, px);
  let x: number | null = null;
  let away = Infinity;
  let meant: At | null = null;
  let nearest = REACH;
  for (const line of lines) {
    const index = nearestPoint(line, value);
    if (index === -1) {
      continue;
    }
    const at = valueAt(line.x, index);
    const distance = Math.abs(toPixel(xScale, at) - px);
    if (distance < away) {
      away = distance;
      x = at;
    }
    const isOrdered = line.x === line.along;
    // A line that goes back has several points near x: the one near the pointer counts.
    const near = isOrdered ? [index] : line.x.keys();
    const y = line.smooth ?? line.y;
    for (const candidate of near) {
      const aside = Math.abs(toPixel(xScale, valueAt(line.x, candidate)) - px);
      const gap = Math.hypot(
        isOrdered ? (aside > REACH ? Infinity : 0) : aside,
        toPixel(yScale, valueAt(y, candidate)) - py
      );
      if (gap < nearest) {
        nearest = gap;
        meant = pointOf(line, candidate);
      }
    }
  }
  if (meant === null) {
    return { x, runId: null };
  }
  return meant.along === undefined ? { ...meant, x } : meant;
}

/** A point of a line, such that `indexAt` finds it again. */
function pointOf(line: Line, index: number): At {
  const point = { x: valueAt(line.x, index), runId: line.id };
  return line.x === line.along
    ? point
    : { ...point, along: valueAt(line.along, index) };
}

export type Stepped = {
  readonly at: At;
  readonly line: Line;
  readonly index: number;
};

/**
 * The next point of the same line, or the same place on the next line. Null for a key
 * that means neither, and without any line.
 */
export function stepAlong(
  lines: readonly Line[],
  { x: { domain } }: Axes,
  from: Hover | null,
  key: string
): Stepped | null {
  const current = lines.findIndex(line => line.id === from?.runId);
  const turn = { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0;
  const move = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  if (turn === 0 && move === 0 && key !== 'Home' && key !== 'End') {
    return null;
  }
  const line =
    lines[
      (Math.max(0, current) + (current === -1 ? 0 : turn) + lines.length) %
        lines.length
    ];
  if (line === undefined || line.x.length === 0) {
    return null;
  }
  const shown = shownOf(line, domain);
  let index = shown[0];
  if (key === 'End') {
    index = shown[1];
  } else if (key !== 'Home' && from?.x != null) {
    index = Math.max(0, indexAt(line, from));
    if (move !== 0) {
      index = neighbour(line.along, index, move);
    }
  }
  return { at: pointOf(line, index), line, index };
}

/** The first and the last point of a line that lie between the ends of x. */
function shownOf(
  line: Line,
  [low, high]: readonly [number, number]
): [number, number] {
  if (line.x === line.along) {
    return [
      Math.max(0, nearestIndex(line.x, low)),
      Math.max(0, nearestIndex(line.x, high))
    ];
  }
  const inside = [...line.x.keys()].filter(index => {
    const at = valueAt(line.x, index);
    return at >= low && at <= high;
  });
  return [inside[0] ?? 0, inside[inside.length - 1] ?? line.x.length - 1];
}

/** The point before or after those that share one's place, as far as there is one. */
function neighbour(along: Float64Array, index: number, move: number): number {
  const place = valueAt(along, index);
  let next = index;
  do {
    next += move;
  } while (valueAt(along, next) === place);
  return next < 0 || next >= along.length ? index : next;
}
