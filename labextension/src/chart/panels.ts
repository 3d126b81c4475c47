/**
 * The panels of a chart page: which there are, in which order, and how each is drawn.
 * Pure; what was stored is read back here, whatever it holds.
 */
import type { ChartSubject } from '../contract';
import { CHART_SETTINGS, readSettings } from './chart-settings';
import type { ChartSettings } from './chart-settings';

export type Panel = {
  readonly id: string;
  readonly metric: string;
  /** Whether it takes the whole width. */
  readonly isWide: boolean;
  readonly settings: ChartSettings;
};

/** Panels under a name; the one without is what a page shows at first. */
export type NamedView = {
  readonly name: string;
  readonly panels: readonly Panel[];
};

/** All views of an experiment, and which of them is shown. */
export type KeptViews = {
  readonly current: string;
  readonly views: readonly NamedView[];
};

/** The name of the view that nobody has named. */
export const UNNAMED = '';

/** So many panels stand there at first. */
const FIRST_PANELS = 6;
/** More would only be scrolled past, and every one of them reads points. */
export const MOST_PANELS = 60;

/** The metrics that lead the runs' rows first, then what most runs have a line of. */
export function firstPanels(
  { metrics }: Pick<ChartSubject, 'metrics'>,
  wanted: string | null = null
): readonly Panel[] {
  const results = metrics.filter(metric => metric.is_result);
  const lines = results.filter(({ count, is_main }) => is_main || count > 1);
  const chosen = (lines.length > 0 ? lines : results).slice(0, FIRST_PANELS);
  return withMetrics(
    [],
    [...(wanted === null ? [] : [wanted]), ...chosen.map(({ key }) => key)]
  );
}

/** The panels with further metrics behind them, none of them twice. */
export function withMetrics(
  panels: readonly Panel[],
  metrics: readonly string[]
): readonly Panel[] {
  const all = [...panels];
  for (const metric of metrics) {
    if (
      all.length < MOST_PANELS &&
      !all.some(panel => panel.metric === metric)
    ) {
      all.push({
        id: freeId(all),
        metric,
        isWide: false,
        settings: CHART_SETTINGS
      });
    }
  }
  return all;
}

export function without(
  panels: readonly Panel[],
  id: string
): readonly Panel[] {
  return panels.filter(panel => panel.id !== id);
}

/** The panel at another place; beyond an end it stays at that end. */
export function moved(
  panels: readonly Panel[],
  id: string,
  to: number
): readonly Panel[] {
  const panel = panels.find(one => one.id === id);
  if (panel === undefined) {
    return panels;
  }
  const others = without(panels, id);
  const place = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, place), panel, ...others.slice(place)];
}

export function changed(
  panels: readonly Panel[],
  id: string,
  part: Partial<Omit<Panel, 'id'>>
): readonly Panel[] {
  return panels.map(panel => (panel.id === id ? { ...panel, ...part } : panel));
}

/** What was stored, as far as it makes sense. */
export function readViews(stored: unknown): KeptViews {
  const { current, views }: { current?: unknown; views?: unknown } =
    typeof stored === 'object' && stored !== null ? stored : {};
  const read = Array.isArray(views) ? views.flatMap(readView) : [];
  return {
    current:
      read.map(view => view.name).find(name => name === current) ?? UNNAMED,
    views: read
  };
}

function readView(stored: unknown): NamedView[] {
  if (typeof stored !== 'object' || stored === null) {
    return [];
  }
  const { name, panels }: { name?: unknown; panels?: unknown } = stored;
  return typeof name === 'string' && Array.isArray(panels)
    ? [{ name, panels: panels.slice(0, MOST_PANELS).flatMap(readPanel) }]
    : [];
}

function readPanel(stored: unknown, index: number): Panel[] {
  if (typeof stored !== 'object' || stored === null) {
    return [];
  }
  const panel: {
    metric?: unknown;
    isWide?: unknown;
    settings?: unknown;
  } = stored;
  return typeof panel.metric === 'string'
    ? [
        {
          id: String(index),
          metric: panel.metric,
          isWide: panel.isWide === true,
          settings: readSettings(panel.settings)
        }
      ]
    : [];
}

function freeId(panels: readonly Panel[]): string {
  const taken = panels.map(panel => Number(panel.id));
  return String(Math.max(-1, ...taken) + 1);
}
