/**
 * A value a row: dots or bars, the first on top, with the names beside them.
 */
import { textWidth } from './axes';
import { widened } from './domain';
import type { RunScene } from './run-scene';
import { numberTicks, toPixel } from './scale';
import type { Scale } from './scale';
import { rule } from './scene';
import type { Shape, Size } from './scene';
import type { PlotTheme, Span } from './types';

export type Row = {
  readonly key: string;
  readonly name: string;
  /** Null: that of the theme's quiet text, for what is no run. */
  readonly color: string | null;
  /** NaN leaves the row empty. */
  readonly value: number;
  /** What it spreads over; null where that is not known. */
  readonly spread: Span | null;
  /** What is written at its end. */
  readonly note?: string;
  /** What it is the mean of, each by the key of its run. */
  readonly parts?: readonly RowPart[];
};

export type RowPart = {
  readonly key: string;
  readonly color: string;
  readonly value: number;
};

export const ROW_HEIGHT = 28;
const NAME_SHARE = 0.4;
const GAP = 6;
const TOP = 4;
const VEIL = 0.12;

export function rowScene(
  rows: readonly Row[],
  kind: 'dots' | 'bars',
  log: boolean,
  theme: PlotTheme,
  size: Size
): RunScene {
  const line = theme.fontSize * 1.4;
  const bottom = size.height - line - 6;
  const most = size.width * NAME_SHARE;
  const widest = (texts: readonly string[]): number =>
    Math.max(...texts.map(text => textWidth(text, theme.fontSize)), 0);
  const left = Math.min(most, widest(rows.map(row => row.name))) + 14;
  const right =
    size.width -
    Math.max(20, widest(rows.map(row => row.note ?? '')) + GAP + 4);
  const x: Scale = {
    log,
    domain: domainOf(rows, kind, log),
    pixels: [left, right]
  };
  const height = (bottom - TOP) / Math.max(1, rows.length);
  const room = Math.floor(most / (theme.fontSize * 0.58));
  const middleOf = (index: number): number => TOP + (index + 0.5) * height;
  const shapes: Shape[] = [...grid(x, bottom, theme)];
  rows.forEach((row, index) => {
    shapes.push(
      {
        kind: 'label',
        x: left - 10,
        y: middleOf(index),
        text: shorten(row.name, room),
        align: 'end',
        baseline: 'middle',
        color: theme.text
      },
      ...rowShapes(row, kind, x, middleOf(index), height, theme)
    );
  });
  const indexOf = (key: string): number =>
    rows.findIndex(
      row => row.key === key || row.parts?.some(part => part.key === key)
    );
  return {
    ...size,
    area: { left, top: TOP, right, bottom },
    font: theme.font,
    fontSize: theme.fontSize,
    shapes,
    pick: (_, y) => rows[Math.floor((y - TOP) / height)]?.key ?? null,
    find: key => {
      const index = indexOf(key);
      const row = rows[index];
      return row === undefined
        ? null
        : {
            x: isDrawn(row.value, log) ? toPixel(x, row.value) : left,
            y: middleOf(index)
          };
    },
    mark: key => {
      const index = indexOf(key);
      const part = rows[index]?.parts?.find(one => one.key === key);
      return index === -1
        ? []
        : [
            {
              kind: 'box',
              x: 0,
              y: middleOf(index) - height / 2,
              width: size.width,
              height,
              color: theme.accent,
              opacity: VEIL
            },
            ...(part === undefined
              ? []
              : partShapes([part], x, middleOf(index), 4.5))
          ];
    }
  };
}

function grid(x: Scale, bottom: number, theme: PlotTheme): Shape[] {
  const [left, right] = x.pixels;
  return numberTicks(x, Math.max(2, (right - left) / 90)).flatMap(tick => {
    const at = Math.round(toPixel(x, tick.value)) + 0.5;
    return [
      rule([at, TOP], [at, bottom], theme.grid),
      {
        kind: 'label',
        x: at,
        y: bottom + 5,
        text: tick.label,
        align: 'center',
        baseline: 'top',
        color: theme.muted
      } as const
    ];
  });
}

function rowShapes(
  row: Row,
  kind: 'dots' | 'bars',
  x: Scale,
  middle: number,
  height: number,
  theme: PlotTheme
): Shape[] {
  const { log } = x;
  if (!isDrawn(row.value, log)) {
    return [];
  }
  const shapes: Shape[] = [];
  const at = toPixel(x, row.value);
  const from = log ? x.pixels[0] : toPixel(x, 0);
  const color = row.color ?? theme.muted;
  let end = at;
  if (kind === 'bars') {
    shapes.push({
      kind: 'box',
      x: Math.min(from, at),
      y: middle - height * 0.3,
      width: Math.max(1, Math.abs(at - from)),
      height: height * 0.6,
      color,
      opacity: row.parts === undefined ? 1 : 0.45
    });
    end = Math.max(at, from);
  } else {
    shapes.push({ kind: 'dots', x: [at], y: [middle], radius: 5.5, color });
  }
  shapes.push(...partShapes(row.parts ?? [], x, middle, 3));
  if (row.spread !== null) {
    const [low, high] = row.spread.map(value =>
      isDrawn(value, log) ? toPixel(x, value) : x.pixels[0]
    );
    const ends = [low ?? NaN, high ?? NaN] as const;
    const cap = Math.min(5, height * 0.2);
    shapes.push(
      rule([ends[0], middle], [ends[1], middle], theme.text, 1.5),
      ...ends.map(one =>
        rule([one, middle - cap], [one, middle + cap], theme.text, 1.5)
      )
    );
    end = Math.max(end, ends[1]);
  }
  if (row.note !== undefined) {
    shapes.push({
      kind: 'label',
      x: end + GAP,
      y: middle,
      text: row.note,
      align: 'start',
      baseline: 'middle',
      color: theme.muted
    });
  }
  return shapes;
}

function partShapes(
  parts: readonly RowPart[],
  x: Scale,
  middle: number,
  radius: number
): Shape[] {
  return parts
    .filter(part => isDrawn(part.value, x.log))
    .map(part => ({
      kind: 'dots',
      x: [toPixel(x, part.value)],
      y: [middle],
      radius,
      color: part.color
    }));
}

function isDrawn(value: number, log: boolean): boolean {
  return Number.isFinite(value) && !(log && value <= 0);
}

function domainOf(rows: readonly Row[], kind: string, log: boolean): Span {
  const ends = rows
    .flatMap(row => [
      row.value,
      ...(row.spread ?? []),
      ...(row.parts ?? []).map(part => part.value)
    ])
    .filter(value => isDrawn(value, log));
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
