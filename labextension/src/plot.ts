/**
 * The one builder of figures: series and a theme in, plotly's data and layout out.
 *
 * Pure: it reads no document, loads no plotly and fetches nothing.
 */
import type { Dash } from './colors';
import type { MetricHistory } from './contract';
import { toNumber } from './format';

export type XAxis = 'step' | 'relative' | 'wall';

/** One metric of one run, as drawn. `color` and `dash` are the run's everywhere. */
export type Series = {
  readonly runId: string;
  readonly name: string;
  readonly color: string;
  readonly dash: Dash;
  readonly startedAt: string | null;
  readonly history: MetricHistory;
};

/** Colours and fonts as plotly takes them: resolved, never `var(…)`. */
export type PlotTheme = {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly hover: string;
  readonly hoverBorder: string;
  readonly font: string;
  readonly fontSize: number;
};

export type FigureOptions = {
  readonly xAxis: XAxis;
  readonly logY: boolean;
  /** Runs switched off in the legend. */
  readonly hidden: ReadonlySet<string>;
  /** The run pointed at in the legend: the others step back. */
  readonly highlighted: string | null;
  /** What the x axis is called. */
  readonly labels: { readonly step: string; readonly wall: string };
};

export type Trace = {
  type: 'scatter';
  name: string;
  mode: 'lines' | 'markers' | 'lines+markers';
  x: (number | string | null)[];
  y: (number | string | null)[];
  visible: boolean;
  opacity: number;
  connectgaps: false;
  line: { color: string; dash: string; width: number; simplify: boolean };
  marker: { color: string; size: number | number[]; line: { width: number } };
  hovertemplate: string;
  showlegend: false;
};

type Axis = {
  type: 'linear' | 'log' | 'date' | 'category';
  title: { text: string; standoff: number };
  color: string;
  gridcolor: string;
  linecolor: string;
  zeroline: false;
  automargin: boolean;
  fixedrange: boolean;
  hoverformat?: string;
  rangemode?: 'normal';
  showgrid: boolean;
  exponentformat: 'power' | 'e';
  spikecolor: string;
  spikethickness: number;
  spikedash: 'solid';
  range?: [number, number];
  nticks?: number;
};

export type Layout = {
  autosize: false;
  width?: number;
  height?: number;
  margin: { l: number; r: number; t: number; b: number; pad: number };
  paper_bgcolor: string;
  plot_bgcolor: string;
  font: { family: string; size: number; color: string };
  hovermode: 'x unified' | 'closest';
  hoverlabel: {
    bgcolor: string;
    bordercolor: string;
    font: { family: string; size: number; color: string };
    namelength: number;
  };
  modebar: { bgcolor: string; color: string; activecolor: string };
  showlegend: false;
  uirevision: string;
  dragmode: 'zoom';
  xaxis: Axis;
  yaxis: Axis;
};

export type Figure = {
  readonly kind: 'lines' | 'dots';
  readonly data: Trace[];
  readonly layout: Layout;
};

/** What a figure leaves out, to be said beside it. */
export type Omissions = {
  /** Points that are NaN or infinite. */
  readonly notFinite: number;
  /** Points at or below zero that a logarithmic axis has no place for. */
  readonly notPositive: number;
  /** Shown and counted points of the sampled series; null where all are shown. */
  readonly sampled: { readonly shown: number; readonly total: number } | null;
};

/** Draws the series: lines, or dots in rows where each has a single point. */
export function buildFigure(
  series: readonly Series[],
  theme: PlotTheme,
  options: FigureOptions
): Figure {
  return drawsDots(series)
    ? dotFigure(series, theme, options)
    : lineFigure(series, theme, options);
}

/** Whether there is nothing to connect: several runs, each with one point at most. */
export function drawsDots(series: readonly Series[]): boolean {
  return (
    series.length > 0 && series.every(one => one.history.values.length <= 1)
  );
}

/** Counts what the figure can't show. */
export function omissions(
  series: readonly Series[],
  options: Pick<FigureOptions, 'logY' | 'hidden'>
): Omissions {
  let notFinite = 0;
  let notPositive = 0;
  let shown = 0;
  let total = 0;
  for (const { runId, history } of series) {
    if (options.hidden.has(runId)) {
      continue;
    }
    for (const value of history.values) {
      const number = toNumber(value);
      if (!Number.isFinite(number)) {
        notFinite += 1;
      } else if (options.logY && number <= 0) {
        notPositive += 1;
      }
    }
    if (history.sampled) {
      shown += history.values.length;
      total += history.total;
    }
  }
  return {
    notFinite,
    notPositive,
    sampled: total > 0 ? { shown, total } : null
  };
}

/** Text that plotly shows as it stands: it would read tags and entities in names. */
export function plainText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** A moment as plotly's date axis wants it: local time, without a zone. */
export function localTime(ms: number): string {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, -1);
}

function lineFigure(
  series: readonly Series[],
  theme: PlotTheme,
  options: FigureOptions
): Figure {
  const unit = relativeUnit(series);
  const data = series.map(one => lineTrace(one, unit, options));
  const layout = baseLayout(theme);
  layout.hovermode = 'x unified';
  layout.uirevision = `lines ${options.xAxis} ${options.logY ? 'log' : 'linear'}`;
  layout.yaxis.type = options.logY ? 'log' : 'linear';
  layout.xaxis.showgrid = false;
  switch (options.xAxis) {
    case 'step':
      layout.xaxis.title.text = options.labels.step;
      break;
    case 'relative':
      layout.xaxis.title.text = unit.label;
      layout.xaxis.hoverformat = '.4~g';
      break;
    case 'wall':
      layout.xaxis.type = 'date';
      layout.xaxis.title.text = options.labels.wall;
      layout.xaxis.hoverformat = '%H:%M:%S, %-d %b';
      break;
  }
  return { kind: 'lines', data, layout };
}

function lineTrace(
  series: Series,
  unit: TimeUnit,
  options: FigureOptions
): Trace {
  const { history } = series;
  const y = history.values.map(value => {
    const number = toNumber(value);
    return Number.isFinite(number) && !(options.logY && number <= 0)
      ? number
      : null;
  });
  const lonely = y.map(
    (value, index) =>
      value !== null &&
      (y[index - 1] ?? null) === null &&
      (y[index + 1] ?? null) === null
  );
  const trace = emptyTrace(series, options);
  trace.x = xValues(series, unit, options.xAxis);
  trace.y = y;
  trace.hovertemplate = '%{fullData.name}  <b>%{y:.5~g}</b><extra></extra>';
  if (y.length === 1) {
    trace.mode = 'markers';
  } else if (lonely.some(Boolean)) {
    // A point between two gaps has no line to be seen by.
    trace.mode = 'lines+markers';
    trace.marker.size = lonely.map(alone => (alone ? 7 : 0));
  }
  return trace;
}

/** One row a run, its value a dot: the runs of a score that is measured once. */
function dotFigure(
  series: readonly Series[],
  theme: PlotTheme,
  options: FigureOptions
): Figure {
  const shown = series.filter(one => !options.hidden.has(one.runId));
  // Rows are numbers with the names as labels elsewhere: equal names stay apart.
  const data = shown.map((one, row) => {
    const trace = emptyTrace(one, options);
    const number = toNumber(one.history.values[0] ?? NaN);
    const drawn = Number.isFinite(number) && !(options.logY && number <= 0);
    trace.mode = 'markers';
    trace.marker.size = 11;
    trace.x = [drawn ? number : null];
    trace.y = [row];
    trace.hovertemplate = '%{fullData.name}  <b>%{x:.5~g}</b><extra></extra>';
    return trace;
  });
  const layout = baseLayout(theme);
  layout.hovermode = 'closest';
  layout.uirevision = `dots ${options.logY ? 'log' : 'linear'}`;
  layout.xaxis.type = options.logY ? 'log' : 'linear';
  layout.xaxis.nticks = 6;
  layout.yaxis.fixedrange = true;
  // The first run on top.
  layout.yaxis.range = [shown.length - 0.5, -0.5];
  return {
    kind: 'dots',
    data,
    layout: {
      ...layout,
      yaxis: Object.assign(layout.yaxis, {
        tickmode: 'array',
        tickvals: shown.map((_, row) => row),
        ticktext: shown.map(one => plainText(shorten(one.name, 28)))
      })
    }
  };
}

/** `text` cut to `length` characters, never inside one. */
function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length
    ? `${characters.slice(0, length - 1).join('')}…`
    : text;
}

function emptyTrace(series: Series, options: FigureOptions): Trace {
  const { runId, color, dash } = series;
  const steppedBack =
    options.highlighted !== null && options.highlighted !== runId;
  return {
    type: 'scatter',
    name: plainText(series.name),
    mode: 'lines',
    x: [],
    y: [],
    visible: !options.hidden.has(runId),
    opacity: steppedBack ? 0.2 : 1,
    connectgaps: false,
    line: { color, dash, width: 2, simplify: true },
    marker: { color, size: 8, line: { width: 0 } },
    hovertemplate: '',
    showlegend: false
  };
}

type TimeUnit = { readonly ms: number; readonly label: string };

/** Seconds, minutes or hours: whichever the longest series asks for. */
function relativeUnit(series: readonly Series[]): TimeUnit {
  let longest = 0;
  for (const one of series) {
    const times = one.history.times_ms;
    const last = times[times.length - 1] ?? 0;
    longest = Math.max(longest, last - origin(one));
  }
  if (longest > 2 * 3_600_000) {
    return { ms: 3_600_000, label: 'h' };
  }
  return longest > 2 * 60_000
    ? { ms: 60_000, label: 'min' }
    : { ms: 1000, label: 's' };
}

function origin(series: Series): number {
  const first = series.history.times_ms[0] ?? 0;
  const started =
    series.startedAt === null ? NaN : Date.parse(series.startedAt);
  return Number.isNaN(started) ? first : Math.min(started, first);
}

function xValues(
  series: Series,
  unit: TimeUnit,
  xAxis: XAxis
): (number | string)[] {
  const { steps, times_ms: times } = series.history;
  switch (xAxis) {
    case 'step':
      return [...steps];
    case 'relative': {
      const start = origin(series);
      return times.map(time => (time - start) / unit.ms);
    }
    case 'wall':
      return times.map(localTime);
  }
}

function baseLayout(theme: PlotTheme): Layout {
  const font = {
    family: theme.font,
    size: theme.fontSize,
    color: theme.muted
  };
  return {
    autosize: false,
    margin: { l: 8, r: 12, t: 8, b: 8, pad: 0 },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    font,
    hovermode: 'x unified',
    hoverlabel: {
      bgcolor: theme.hover,
      bordercolor: theme.hoverBorder,
      font: { family: theme.font, size: theme.fontSize, color: theme.text },
      namelength: 40
    },
    modebar: {
      bgcolor: theme.background,
      color: theme.muted,
      activecolor: theme.text
    },
    showlegend: false,
    uirevision: '',
    dragmode: 'zoom',
    xaxis: axis(theme),
    yaxis: axis(theme)
  };
}

function axis(theme: PlotTheme): Axis {
  return {
    type: 'linear',
    title: { text: '', standoff: 8 },
    color: theme.muted,
    gridcolor: theme.grid,
    linecolor: theme.grid,
    zeroline: false,
    automargin: true,
    fixedrange: false,
    showgrid: true,
    exponentformat: 'power',
    spikecolor: theme.muted,
    spikethickness: 1,
    spikedash: 'solid'
  };
}
