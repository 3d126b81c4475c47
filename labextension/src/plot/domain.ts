/**
 * From where to where the axes of lines go.
 */
import { valueAt } from './column';
import { BELOW_ALL } from './groups';
import type { Line } from './lines';
import type { LineOptions, Span, Zoom } from './types';

const PAD = 0.05;
const OUTLIERS = 0.05;

/** The domains of both axes: what is zoomed to, else what the lines need. */
export function domainsOf(
  lines: readonly Line[],
  options: LineOptions,
  zoom: Zoom
): { x: Span; y: Span } {
  const x = usable(zoom.x, options.logX) ?? xDomain(lines, options.logX);
  const free = yDomain(lines, options, x);
  const y = usable(zoom.y, options.logY) ?? limited(free, options);
  return { x, y };
}

/** A span that an axis can show: with an extent, and positive on a logarithmic one. */
function usable(span: Span | null, log: boolean): Span | null {
  return span !== null && span[1] > span[0] && !(log && span[0] <= 0)
    ? span
    : null;
}

function xDomain(lines: readonly Line[], log: boolean): Span {
  let low = Infinity;
  let high = -Infinity;
  for (const { x } of lines) {
    for (const at of x) {
      if (at < low) {
        low = at;
      }
      if (at > high) {
        high = at;
      }
    }
  }
  return low <= high ? widened([low, high], log, 0) : log ? [1, 10] : [0, 1];
}

/** What the values between the ends of `x` need. */
function yDomain(lines: readonly Line[], options: LineOptions, x: Span): Span {
  const seen: number[] = [];
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    // What is faint behind a smooth line may stick out, and a sample's band too.
    const y = line.smooth ?? line.y;
    for (let index = 0; index < y.length; index += 1) {
      const value = valueAt(y, index);
      const at = valueAt(line.x, index);
      if (at < x[0] || at > x[1] || Number.isNaN(value)) {
        continue;
      }
      low = Math.min(low, value, bandEnd(line, line.lows, index, value));
      high = Math.max(high, value, bandEnd(line, line.highs, index, value));
      if (options.ignoreOutliers) {
        seen.push(value);
      }
    }
  }
  if (low > high) {
    return options.logY ? [1, 10] : [0, 1];
  }
  if (options.ignoreOutliers && seen.length > 2) {
    seen.sort((a, b) => a - b);
    low = valueAt(seen, Math.floor((seen.length - 1) * OUTLIERS));
    high = valueAt(seen, Math.ceil((seen.length - 1) * (1 - OUTLIERS)));
  }
  return widened([low, high], options.logY, PAD);
}

/** An end of a group's band, for which there is room; else the value itself. */
function bandEnd(
  { group }: Line,
  column: Float64Array | null,
  index: number,
  value: number
): number {
  const end = group === null || column === null ? NaN : valueAt(column, index);
  return Number.isNaN(end) || end === BELOW_ALL ? value : end;
}

/** `free` with the ends that a person has set. */
function limited(free: Span, { yMin, yMax, logY }: LineOptions): Span {
  const low = yMin !== null && !(logY && yMin <= 0) ? yMin : free[0];
  const high = yMax !== null && !(logY && yMax <= 0) ? yMax : free[1];
  if (low < high) {
    return [low, high];
  }
  // One end lies beyond all values: the other makes room.
  return yMin !== null && low >= free[1]
    ? widened([low, low], logY, 0)
    : widened([high, high], logY, 0);
}

export function widened([low, high]: Span, log: boolean, pad: number): Span {
  if (log) {
    const room = low === high ? 0.1 : Math.log10(high / low) * pad;
    return [low / 10 ** room, high * 10 ** room];
  }
  const extent = high - low;
  const room = extent > 0 ? extent * pad : Math.abs(low) * PAD || 0.5;
  return [low - room, high + room];
}
