/**
 * Which point of which line is meant: by a pointer, or by a key from the one before.
 */
import { valueAt } from '../plot/column';
import { formatNumber } from '../format';
import type { Axes } from '../plot/axes';
import { nearestIndex } from '../plot/lines';
import type { Line } from '../plot/lines';
import { shortNumber, toPixel, toValue } from '../plot/scale';
import type { Hover } from './hover';

type At = Pick<Hover, 'x' | 'runId'>;

/** Within so many pixels of a line, its run is meant. */
const REACH = 30;

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
  let runId: string | null = null;
  let nearest = REACH;
  for (const line of lines) {
    const index = nearestIndex(line.x, value);
    if (index === -1) {
      continue;
    }
    const at = valueAt(line.x, index);
    const distance = Math.abs(toPixel(xScale, at) - px);
    if (distance < away) {
      away = distance;
      x = at;
    }
    const height = valueAt(line.smooth ?? line.y, index);
    const gap = Math.hypot(
      distance > REACH ? Infinity : 0,
      toPixel(yScale, height) - py
    );
    if (gap < nearest) {
      nearest = gap;
      runId = line.runId;
    }
  }
  return { x, runId };
}

/**
 * The next point of the same line, or the same place on the next line; with what a
 * screen reader says of it. Null for a key that means neither, and without any line.
 */
export function stepAlong(
  lines: readonly Line[],
  { x: { domain } }: Axes,
  from: Hover | null,
  key: string
): (At & { readonly said: string }) | null {
  const current = lines.findIndex(line => line.runId === from?.runId);
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
  const edge = (at: number): number => {
    const index = nearestIndex(line.x, at);
    return Math.min(line.x.length - 1, Math.max(0, index));
  };
  let index = edge(from?.x ?? domain[0]);
  if (key === 'Home') {
    index = edge(domain[0]);
  } else if (key === 'End') {
    index = edge(domain[1]);
  } else if (from?.x != null) {
    index = Math.min(line.x.length - 1, Math.max(0, index + move));
  }
  const x = valueAt(line.x, index);
  return {
    x,
    runId: line.runId,
    said: `${line.name}, ${shortNumber(x)}: ${formatNumber(valueAt(line.y, index))}`
  };
}
