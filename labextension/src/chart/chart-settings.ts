/**
 * How a person wants a chart: kept with its panel, read back from what was stored.
 */
import { LINE_OPTIONS } from '../plot/types';
import { GROUP_SETTINGS, readGroups } from './grouping';
import type { GroupSettings } from './grouping';
import type { LineOptions } from '../plot/types';

export type ChartSettings = LineOptions & {
  readonly asTable: boolean;
  readonly groups: GroupSettings;
};

export const CHART_SETTINGS: ChartSettings = {
  ...LINE_OPTIONS,
  asTable: false,
  groups: GROUP_SETTINGS
};

export const X_AXES = ['step', 'relative', 'wall'] as const;

/** Settings from what was stored; what is missing or makes no sense is as at first. */
export function readSettings(stored: unknown): ChartSettings {
  if (typeof stored !== 'object' || stored === null) {
    return CHART_SETTINGS;
  }
  const all: Readonly<Record<string, unknown>> = { ...stored };
  const smoothing: Readonly<Record<string, unknown>> = {
    ...(typeof all['smoothing'] === 'object' ? all['smoothing'] : {})
  };
  const amount = smoothing['amount'];
  const xMetric =
    all['xAxis'] === 'metric' && typeof all['xMetric'] === 'string'
      ? all['xMetric']
      : null;
  return {
    xAxis:
      xMetric === null
        ? (X_AXES.find(axis => axis === all['xAxis']) ?? 'step')
        : 'metric',
    xMetric,
    logX: all['logX'] === true,
    logY: all['logY'] === true,
    smoothing: {
      method: smoothing['method'] === 'mean' ? 'mean' : 'ema',
      amount:
        typeof amount === 'number' && amount > 0 && amount < 1 ? amount : 0
    },
    yMin: finite(all['yMin']),
    yMax: finite(all['yMax']),
    ignoreOutliers: all['ignoreOutliers'] === true,
    asTable: all['asTable'] === true,
    groups: readGroups(all['groups'])
  };
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
