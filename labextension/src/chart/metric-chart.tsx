/**
 * One metric of one or more runs: controls, picture or table, legend, and what the
 * picture leaves out.
 */
import { useMemo, useState } from 'react';

import { columnFormat, formatNumber, toNumber } from '../format';
import { lineScene } from '../plot/line-scene';
import { makeLines, xSpan } from '../plot/lines';
import { ROW_HEIGHT, rowScene } from '../plot/row-scene';
import type { Row } from '../plot/row-scene';
import { halfLifeOf } from '../plot/smoothing';
import { NO_ZOOM } from '../plot/types';
import type { Series, Span, Zoom } from '../plot/types';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { ChartControls } from './chart-controls';
import { ChartLegend } from './chart-legend';
import { ChartNotes } from './chart-notes';
import { ChartOptions } from './chart-options';
import { CHART_SETTINGS } from './chart-settings';
import type { ChartSettings } from './chart-settings';
import { ChartTable } from './chart-table';
import { saveLink, savePng, saveSvg, fileName } from './export-picture';
import type { Picture } from './export-picture';
import { LinePlot } from './line-plot';
import { RowPlot } from './row-plot';
import { drawsDots, useSeries } from './series';
import type { ChartRun } from './series';
import { readTheme } from './theme';
import { useHidden } from './use-hidden';
import { usePoints } from './use-points';
import { describeSpan } from './words';

type Props = {
  readonly runs: readonly ChartRun[];
  readonly metric: string;
  /** What stands where the title is: the metric's name, or the choice of metrics. */
  readonly title: React.ReactNode;
  readonly height?: number;
  /** Kept elsewhere; without it the chart keeps its own. */
  readonly settings?: ChartSettings;
  readonly onSettings?: (settings: ChartSettings) => void;
  /** The runs that are switched off, where several charts share one legend. */
  readonly hidden?: ReadonlySet<string>;
  /** Further controls of the one who shows it. */
  readonly actions?: React.ReactNode;
  /** Whether anybody sees it: what is out of sight reads and draws nothing. */
  readonly active?: boolean;
};

const LINES_HEIGHT = 280;
/** So many half-lives before a part still show in it. */
const MEMORY = 8;

export function MetricChart(props: Props): JSX.Element {
  const { runs, metric, title, active = true } = props;
  const { api, trans } = useServices();
  const [ownSettings, setOwnSettings] = useState(CHART_SETTINGS);
  const settings = props.settings ?? ownSettings;
  const own = useHidden();
  const hidden = props.hidden ?? own.hidden;
  const [open, setOpen] = useState(false);
  const [zooms, setZooms] = useState<{ of: string; zoom: Zoom }>();
  const axes = `${settings.xAxis} ${settings.logX} ${settings.logY} ${metric}`;
  // Another axis has another zoom: none.
  const zoom = zooms?.of === axes ? zooms.zoom : NO_ZOOM;
  const [element, setElement] = useState<HTMLElement | null>(null);

  const [range, setRange] = useState<Span | null>(null);
  const halfLife = halfLifeOf(
    settings.smoothing.amount,
    range === null ? 0 : range[1] - range[0]
  );
  const window = useMemo(
    () => widened(zoom.x, halfLife * MEMORY),
    [zoom.x, halfLife]
  );
  const { points, reload } = usePoints(
    runs,
    metric,
    settings.xAxis,
    window,
    active
  );
  const whole = useSeries(runs, points.whole);
  const detail = useSeries(runs, points.part);
  const series = points.part === null ? whole : detail;
  const found = useMemo(
    () => xSpan(whole, settings),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- of the settings, only these
    [whole, settings.xAxis, settings.logX]
  );
  if (found?.[0] !== range?.[0] || found?.[1] !== range?.[1]) {
    setRange(found);
  }
  const lines = useMemo(
    () =>
      makeLines(
        series.filter(one => !hidden.has(one.runId)),
        settings,
        range
      ),
    [series, hidden, settings, range]
  );
  const dots = drawsDots(whole);
  const rows = useMemo(
    () => (dots ? rowsOf(whole.filter(one => !hidden.has(one.runId))) : []),
    [dots, whole, hidden]
  );
  const height = dots
    ? Math.max(2, rows.length) * ROW_HEIGHT + 28
    : (props.height ?? LINES_HEIGHT);
  const loading = points.whole === null && points.failure === null;
  const isZoomed = zoom.x !== null || zoom.y !== null;

  const setSettings = (next: ChartSettings): void => {
    setOwnSettings(next);
    props.onSettings?.(next);
  };
  const setZoom = (next: Zoom): void =>
    setZooms({ of: axes, zoom: confined(next, range, settings.logX) });

  return (
    <section
      ref={setElement}
      className="jp-trackbook-chart"
      aria-label={trans.__('Chart of %1', metric)}
    >
      <header className="jp-trackbook-card-header">
        {title}
        <ChartControls
          settings={settings}
          onSettings={setSettings}
          hasLines={!dots}
          open={open}
          onOpen={setOpen}
        />
        {props.actions}
      </header>
      {open ? (
        <ChartOptions
          settings={settings}
          onSettings={setSettings}
          hasLines={!dots}
          halfLife={
            halfLife > 0
              ? trans.__(
                  'half-life %1',
                  describeSpan(halfLife, settings.xAxis, trans)
                )
              : null
          }
          onPng={() => withPicture(savePng)}
          onSvg={() => withPicture(saveSvg)}
          onCsv={() =>
            saveLink(
              api.metricsCsv(
                runs.map(run => run.runId),
                [metric]
              ),
              `${fileName(metric)}.csv`
            )
          }
        />
      ) : null}
      {points.failure === null ? null : (
        <FailureNotice failure={points.failure} onRetry={reload} />
      )}
      {whole.length === 0 ? (
        <div className="jp-trackbook-chart-empty" style={{ blockSize: height }}>
          {loading
            ? trans.__('Loading the points…')
            : runs.some(run => run.isActive)
              ? trans.__('Waiting for the first point.')
              : trans.__('No points of %1.', metric)}
        </div>
      ) : dots && whole.length === 1 ? (
        <p className="jp-trackbook-chart-empty">{oneValue(whole[0])}</p>
      ) : settings.asTable ? (
        <ChartTable metric={metric} series={series} />
      ) : dots ? (
        <RowPlot
          rows={rows}
          kind="dots"
          log={settings.logY}
          height={height}
          description={describe(whole)}
        />
      ) : (
        <div className="jp-trackbook-plot-frame">
          <LinePlot
            lines={lines}
            options={settings}
            zoom={zoom}
            onZoom={setZoom}
            height={height}
            description={describe(whole)}
          />
          {isZoomed ? (
            <button
              className="jp-trackbook-reset-zoom"
              onClick={() => setZoom(NO_ZOOM)}
            >
              {trans.__('Reset zoom')}
            </button>
          ) : null}
        </div>
      )}
      {props.hidden === undefined &&
      !dots &&
      !settings.asTable &&
      runs.length > 1 ? (
        <ChartLegend
          runs={runs}
          series={whole}
          hidden={hidden}
          onToggle={own.toggle}
        />
      ) : null}
      <ChartNotes
        series={series}
        hidden={hidden}
        options={settings}
        isZoomed={isZoomed}
      />
    </section>
  );

  function withPicture(write: (picture: Picture) => void): void {
    if (element === null) {
      return;
    }
    const theme = readTheme(element);
    const shown = whole.filter(one => !hidden.has(one.runId));
    write({
      title: metric,
      legend: dots ? [] : shown,
      theme,
      draw: size =>
        dots
          ? rowScene(rows, 'dots', settings.logY, theme, size)
          : lineScene(lines, settings, zoom, theme, size, trans.__('step'))
    });
  }

  function oneValue(only: Series | undefined): string {
    const value = formatNumber(only?.history.values[0] ?? NaN);
    return trans.__('A single value, %1: there is no line to draw.', value);
  }

  function describe(shown: readonly Series[]): string {
    const format = columnFormat(shown.flatMap(one => one.history.values));
    const parts = shown.map(({ name, history }) => {
      const last = history.values[history.values.length - 1];
      return last === undefined ? name : `${name} ${format(last)}`;
    });
    return trans.__('Chart of %1, last values: %2', metric, parts.join('; '));
  }
}

/** A part with what comes before it, as far as smoothing remembers. */
function widened(span: Span | null, by: number): Span | null {
  return span === null ? null : [span[0] - by, span[1] + by];
}

/** What is zoomed out of beyond all points shows all of them. */
function confined(zoom: Zoom, range: Span | null, log: boolean): Zoom {
  const { x } = zoom;
  if (x === null || range === null) {
    return zoom;
  }
  if ((x[0] <= range[0] && x[1] >= range[1]) || (log && x[0] <= 0)) {
    return { ...zoom, x: null };
  }
  // A part beyond either end would show nothing.
  return x[1] < range[0] || x[0] > range[1] ? { ...zoom, x: null } : zoom;
}

function rowsOf(series: readonly Series[]): Row[] {
  return series.map(one => ({
    key: one.runId,
    name: one.name,
    color: one.color,
    value: toNumber(one.history.values[0] ?? NaN),
    spread: null
  }));
}
