/**
 * A value a row: dots or bars, the first on top, with the names beside them.
 */
import { textWidth } from './axes';
import { widened } from './domain';
import { numberTicks, toPixel } from './scale';
import type { Scale } from './scale';
import { rule } from './scene';
import type { Scene, Shape, Size } from './scene';
import type { PlotTheme, Span } from './types';

export type Row = {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  /** NaN leaves the row empty. */
  readonly value: number;
  /** What it spreads over; null where that is not known. */
  readonly spread: Span | null;
};

export const ROW_HEIGHT = 28;
const NAME_SHARE = 0.4;

export function rowScene(
  rows: readonly Row[],
  kind: 'dots' | 'bars',
  log: boolean,
  theme: PlotTheme,
  size: Size
): Scene {
  const line = theme.fontSize * 1.4;
  const bottom = size.height - line - 6;
  const most = size.width * NAME_SHARE;
  const left =
    Math.min(
      most,
      Math.max(...rows.map(row => textWidth(row.name, theme.fontSize)), 0)
    ) + 14;
  const right = size.width - 20;
  const x: Scale = {
    log,
    domain: domainOf(rows, kind, log),
    pixels: [left, right]
  };
  const shapes: Shape[] = [];
  for (const tick of numberTicks(x, Math.max(2, (right - left) / 90))) {
    const at = Math.round(toPixel(x, tick.value)) + 0.5;
    shapes.push(rule([at, 4], [at, bottom], theme.grid), {
      kind: 'label',
      x: at,
      y: bottom + 5,
      text: tick.label,
      align: 'center',
      baseline: 'top',
      color: theme.muted
    });
  }
  const height = (bottom - 4) / Math.max(1, rows.length);
  const room = Math.floor(most / (theme.fontSize * 0.58));
  rows.forEach((row, index) => {
    const middle = 4 + (index + 0.5) * height;
    shapes.push({
      kind: 'label',
      x: left - 10,
      y: middle,
      text: shorten(row.name, room),
      align: 'end',
      baseline: 'middle',
      color: theme.text
    });
    const drawn = Number.isFinite(row.value) && !(log && row.value <= 0);
    if (!drawn) {
      return;
    }
    const at = toPixel(x, row.value);
    if (kind === 'bars') {
      const from = log ? left : toPixel(x, 0);
      shapes.push({
        kind: 'box',
        x: Math.min(from, at),
        y: middle - height * 0.3,
        width: Math.max(1, Math.abs(at - from)),
        height: height * 0.6,
        color: row.color
      });
    } else {
      shapes.push({
        kind: 'dots',
        x: [at],
        y: [middle],
        radius: 5.5,
        color: row.color
      });
    }
    if (row.spread !== null) {
      const [low, high] = row.spread.map(end => toPixel(x, end));
      shapes.push(
        rule([low ?? NaN, middle], [high ?? NaN, middle], theme.text, 1.5)
      );
    }
  });
  return {
    ...size,
    area: { left, top: 4, right, bottom },
    font: theme.font,
    fontSize: theme.fontSize,
    shapes
  };
}

function domainOf(rows: readonly Row[], kind: string, log: boolean): Span {
  const ends = rows
    .flatMap(row => [row.value, ...(row.spread ?? [])])
    .filter(value => Number.isFinite(value) && !(log && value <= 0));
  if (ends.length === 0) {
    return log ? [1, 10] : [0, 1];
  }
  // A bar's length tells its value only from zero on.
  const all = kind === 'bars' && !log ? [...ends, 0] : ends;
  const low = Math.min(...all);
  const high = Math.max(...all);
  const [from, to] = widened([low, high], log, 0.06);
  return kind === 'bars' && !log
    ? [low === 0 ? 0 : from, high === 0 ? 0 : to]
    : [from, to];
}

/** `text` cut to `length` characters, never inside one. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length
    ? `${characters.slice(0, Math.max(1, length - 1)).join('')}…`
    : text;
}
