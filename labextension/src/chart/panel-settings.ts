/**
 * How a person wants bars, a scatter or parallel coordinates: kept with the panel, read
 * back from whatever was stored.
 */
import type { Brush } from '../plot/brush';

/** What a run can be measured by: a param, or a metric's last value. */
export type Quantity = {
  readonly of: 'param' | 'metric';
  readonly key: string;
};

export type BarSettings = {
  readonly value: BarValue;
  /** A param whose values make the groups; null: a bar a run. */
  readonly groupBy: string | null;
  /** What the line through a group's bar reaches over. */
  readonly spread: 'range' | 'deviation';
  readonly sort: 'value' | 'run';
  readonly log: boolean;
  readonly asTable: boolean;
};

/** Which value of a metric stands for its run. */
export type BarValue = 'last' | 'best' | 'min' | 'max';

export type ScatterSettings = {
  /** Null: the first that suggests itself. */
  readonly x: Quantity | null;
  readonly y: Quantity | null;
  /** Null: where that suits the values. */
  readonly logX: boolean | null;
  readonly logY: boolean | null;
  readonly trend: boolean;
  readonly asTable: boolean;
};

export type ParallelAxis = Quantity & {
  readonly log: boolean;
  readonly flipped: boolean;
  readonly brush: Brush | null;
};

export type ParallelSettings = {
  /** From left to right; null: those that suggest themselves. */
  readonly axes: readonly ParallelAxis[] | null;
  /** The metric that the lines take their colour from; null: each its run's. */
  readonly colorBy: string | null;
  readonly asTable: boolean;
};

export const BAR_SETTINGS: BarSettings = {
  value: 'last',
  groupBy: null,
  spread: 'range',
  sort: 'value',
  log: false,
  asTable: false
};

export const SCATTER_SETTINGS: ScatterSettings = {
  x: null,
  y: null,
  logX: null,
  logY: null,
  trend: true,
  asTable: false
};

export const PARALLEL_SETTINGS: ParallelSettings = {
  axes: null,
  colorBy: null,
  asTable: false
};

export const BAR_VALUES: readonly BarValue[] = ['last', 'best', 'min', 'max'];
/** More axes than that are not told apart any more. */
export const MOST_AXES = 40;

export function readBarSettings(stored: unknown): BarSettings {
  const all = fields(stored);
  return {
    value: BAR_VALUES.find(value => value === all['value']) ?? 'last',
    groupBy: text(all['groupBy']),
    spread: all['spread'] === 'deviation' ? 'deviation' : 'range',
    sort: all['sort'] === 'run' ? 'run' : 'value',
    log: all['log'] === true,
    asTable: all['asTable'] === true
  };
}

export function readScatterSettings(stored: unknown): ScatterSettings {
  const all = fields(stored);
  return {
    x: readQuantity(all['x']),
    y: readQuantity(all['y']),
    logX: decided(all['logX']),
    logY: decided(all['logY']),
    trend: all['trend'] !== false,
    asTable: all['asTable'] === true
  };
}

export function readParallelSettings(stored: unknown): ParallelSettings {
  const all = fields(stored);
  const { axes } = all;
  return {
    axes: Array.isArray(axes)
      ? axes
          .slice(0, MOST_AXES)
          .flatMap(readAxis)
          .filter(
            (axis, index, every) => every.findIndex(isSame(axis)) === index
          )
      : null,
    colorBy: text(all['colorBy']),
    asTable: all['asTable'] === true
  };
}

/** Whether a quantity is this one. */
export function isSame({ of, key }: Quantity): (other: Quantity) => boolean {
  return other => other.of === of && other.key === key;
}

function readAxis(stored: unknown): ParallelAxis[] {
  const quantity = readQuantity(stored);
  const all = fields(stored);
  return quantity === null
    ? []
    : [
        {
          ...quantity,
          log: all['log'] === true,
          flipped: all['flipped'] === true,
          brush: readBrush(all['brush'])
        }
      ];
}

function readBrush(stored: unknown): Brush | null {
  const { kind, span, words } = fields(stored);
  if (kind === 'words' && Array.isArray(words)) {
    const found = words.filter(word => typeof word === 'string');
    return found.length > 0 ? { kind, words: found } : null;
  }
  if (kind !== 'span' || !Array.isArray(span)) {
    return null;
  }
  const [low, high]: readonly unknown[] = span;
  return Number.isFinite(low) &&
    Number.isFinite(high) &&
    Number(low) <= Number(high)
    ? { kind, span: [Number(low), Number(high)] }
    : null;
}

function readQuantity(stored: unknown): Quantity | null {
  const { of, key } = fields(stored);
  return (of === 'param' || of === 'metric') && typeof key === 'string'
    ? { of, key }
    : null;
}

function fields(stored: unknown): Readonly<Record<string, unknown>> {
  return typeof stored === 'object' && stored !== null ? { ...stored } : {};
}

function decided(stored: unknown): boolean | null {
  return typeof stored === 'boolean' ? stored : null;
}

function text(stored: unknown): string | null {
  return typeof stored === 'string' ? stored : null;
}
