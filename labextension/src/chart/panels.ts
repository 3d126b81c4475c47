/**
 * The panels of a chart page: which there are, in which order, and how each is drawn.
 * Pure; what was stored is read back here, whatever it holds.
 */
import type { ChartSubject } from '../contract';
import { CHART_SETTINGS, readSettings } from './chart-settings';
import type { ChartSettings } from './chart-settings';
import {
  BAR_SETTINGS,
  PARALLEL_SETTINGS,
  readBarSettings,
  readParallelSettings,
  readScatterSettings
} from './panel-settings';
import type {
  BarSettings,
  ParallelSettings,
  ScatterSettings
} from './panel-settings';

/** What a panel shows. */
export type PanelContent =
  | {
      readonly kind: 'lines';
      readonly metric: string;
      readonly settings: ChartSettings;
    }
  | {
      readonly kind: 'bars';
      readonly metric: string;
      readonly settings: BarSettings;
    }
  | { readonly kind: 'scatter'; readonly settings: ScatterSettings }
  | { readonly kind: 'parallel'; readonly settings: ParallelSettings };

export type PanelKind = PanelContent['kind'];

export type Panel = PanelContent & {
  readonly id: string;
  /** Whether it takes the whole width. */
  readonly isWide: boolean;
};

export type PanelOf<K extends PanelKind> = Extract<Panel, { readonly kind: K }>;

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
/** Two runs are told apart without axes. */
const FEWEST_COMPARED = 3;
/** More would only be scrolled past, and every one of them reads points. */
export const MOST_PANELS = 60;

/**
 * The metrics that lead the runs' rows first, then what most runs have a line of; behind
 * them, what the params that vary have to do with it.
 */
export function firstPanels(
  subject: Pick<ChartSubject, 'metrics' | 'params' | 'runs'>,
  wanted: string | null = null,
  settings = CHART_SETTINGS
): readonly Panel[] {
  const results = subject.metrics.filter(metric => metric.is_result);
  const lines = results.filter(({ count, is_main }) => is_main || count > 1);
  const chosen = (lines.length > 0 ? lines : results).slice(0, FIRST_PANELS);
  const panels = withMetrics(
    [],
    [...(wanted === null ? [] : [wanted]), ...chosen.map(({ key }) => key)],
    'lines',
    settings
  );
  return subject.params.length > 0 && subject.runs.length >= FEWEST_COMPARED
    ? withPanel(panels, { kind: 'parallel', settings: PARALLEL_SETTINGS })
    : panels;
}

/** The panels with further metrics behind them, none of them twice in that kind. */
export function withMetrics(
  panels: readonly Panel[],
  metrics: readonly string[],
  kind: 'lines' | 'bars' = 'lines',
  /** What lines begin with. */
  settings = CHART_SETTINGS
): readonly Panel[] {
  const there = metricsOf(panels, kind);
  return [...new Set(metrics)]
    .filter(metric => !there.has(metric))
    .reduce(
      (all, metric) =>
        withPanel(
          all,
          kind === 'lines'
            ? { kind, metric, settings }
            : { kind, metric, settings: BAR_SETTINGS }
        ),
      panels
    );
}

/** The panels with one more behind them, unless there are too many. */
export function withPanel(
  panels: readonly Panel[],
  content: PanelContent
): readonly Panel[] {
  return panels.length < MOST_PANELS
    ? [...panels, { id: freeId(panels), isWide: false, ...content }]
    : panels;
}

/** The metrics that have a panel of that kind. */
export function metricsOf(
  panels: readonly Panel[],
  kind: 'lines' | 'bars'
): ReadonlySet<string> {
  return new Set(
    panels.flatMap(panel => (panel.kind === kind ? [panel.metric] : []))
  );
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

/** The panels with `next` in the place of the one of the same id. */
export function changed(
  panels: readonly Panel[],
  next: Panel
): readonly Panel[] {
  return panels.map(panel => (panel.id === next.id ? next : panel));
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
  const content = readContent(stored);
  const { isWide }: { isWide?: unknown } = stored;
  return content === null
    ? []
    : [{ id: String(index), isWide: isWide === true, ...content }];
}

/** Null where it is none; one that was stored without a kind has lines. */
function readContent(stored: object): PanelContent | null {
  const { kind, metric, settings }: Record<string, unknown> = { ...stored };
  switch (kind) {
    case undefined:
    case 'lines':
      return typeof metric === 'string'
        ? { kind: 'lines', metric, settings: readSettings(settings) }
        : null;
    case 'bars':
      return typeof metric === 'string'
        ? { kind, metric, settings: readBarSettings(settings) }
        : null;
    case 'scatter':
      return { kind, settings: readScatterSettings(settings) };
    case 'parallel':
      return { kind, settings: readParallelSettings(settings) };
    default:
      return null;
  }
}

function freeId(panels: readonly Panel[]): string {
  const taken = panels.map(panel => Number(panel.id));
  return String(Math.max(-1, ...taken) + 1);
}
