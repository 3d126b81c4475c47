/**
 * One metric of one or more runs: controls, picture or table, legend, and what the
 * picture leaves out.
 */
import { useMemo, useRef, useState } from 'react';

import { toNumber } from '../format';
import { lineScene } from '../plot/line-scene';
import { ROW_HEIGHT, rowScene } from '../plot/row-scene';
import type { Row } from '../plot/row-scene';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { ChartBody } from './chart-body';
import { ChartControls } from './chart-controls';
import { ChartLegend } from './chart-legend';
import { ChartNotes } from './chart-notes';
import { ChartOptions } from './chart-options';
import { CHART_SETTINGS } from './chart-settings';
import type { ChartSettings } from './chart-settings';
import { saveLink, savePng, saveSvg, fileName } from './export-picture';
import type { Picture } from './export-picture';
import { MetricChooser } from './metric-chooser';
import type { ChoosableMetric } from './metric-chooser';
import { drawsDots } from './series';
import type { ChartRun } from './series';
import { readTheme } from './theme';
import { useHidden } from './use-hidden';
import { useLines } from './use-lines';
import { describeSpan } from './words';

type Props = {
  readonly runs: readonly ChartRun[];
  readonly metric: string;
  /** What stands where the title is: the metric's name, or the choice of metrics. */
  readonly title: React.ReactNode;
  readonly height?: number;
  /** What can be the x axis; it matters when that is opened. */
  readonly metrics?: readonly ChoosableMetric[];
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

export function MetricChart(props: Props): JSX.Element {
  const { runs, metric, title, active = true } = props;
  const { api, trans } = useServices();
  const [ownSettings, setOwnSettings] = useState(CHART_SETTINGS);
  const settings = props.settings ?? ownSettings;
  const own = useHidden();
  const hidden = props.hidden ?? own.hidden;
  const [open, setOpen] = useState(false);
  const [choosesX, setChoosesX] = useState(false);
  const xRef = useRef<HTMLSelectElement>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const chart = useLines(runs, metric, settings, hidden, active);
  const { whole, halfLife, points } = chart;

  const others = (props.metrics ?? []).filter(({ key }) => key !== metric);
  const drawsRows = drawsDots(whole);
  const dots = useMemo(
    () =>
      drawsRows ? rowsOf(whole.filter(one => !hidden.has(one.runId))) : null,
    [drawsRows, whole, hidden]
  );
  const height =
    dots !== null
      ? Math.max(2, dots.length) * ROW_HEIGHT + 28
      : (props.height ?? LINES_HEIGHT);

  const setSettings = (next: ChartSettings): void => {
    setOwnSettings(next);
    props.onSettings?.(next);
  };

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
          hasLines={dots === null}
          onChooseX={others.length > 0 ? () => setChoosesX(true) : null}
          xRef={xRef}
          open={open}
          onOpen={setOpen}
        />
        {props.actions}
      </header>
      {choosesX ? (
        <MetricChooser
          metrics={others}
          isSingle
          runCount={runs.length}
          chosen={new Set(settings.xMetric === null ? [] : [settings.xMetric])}
          onChoose={([xMetric]) => {
            if (xMetric !== undefined) {
              setSettings({ ...settings, xAxis: 'metric', xMetric });
              stopChoosing();
            }
          }}
          onClose={stopChoosing}
        />
      ) : null}
      {open ? (
        <ChartOptions
          settings={settings}
          onSettings={setSettings}
          hasLines={dots === null}
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
          onCsv={() => saveLink(csvLink(), `${fileName(metric)}.csv`)}
        />
      ) : null}
      {points.failure === null ? null : (
        <FailureNotice failure={points.failure} onRetry={chart.reload} />
      )}
      <ChartBody
        metric={metric}
        runs={runs}
        settings={settings}
        chart={chart}
        dots={dots}
        height={height}
      />
      {props.hidden === undefined &&
      dots === null &&
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
        series={chart.series}
        hidden={hidden}
        options={settings}
        withoutX={runs
          .filter(run => !hidden.has(run.runId))
          .map(run => points.whole?.get(run.runId)?.without_x ?? 0)
          .reduce((sum, count) => sum + count, 0)}
        zoomShowsMore={chart.readsCloser && !chart.isZoomed}
      />
    </section>
  );

  function stopChoosing(): void {
    setChoosesX(false);
    xRef.current?.focus();
  }

  function csvLink(): string {
    const runIds = runs.map(run => run.runId);
    return api.metricsCsv(runIds, [metric], settings.xMetric ?? undefined);
  }

  function withPicture(write: (picture: Picture) => void): void {
    if (element === null) {
      return;
    }
    const theme = readTheme(element);
    const { lines, zoom } = chart;
    write({
      title: metric,
      legend: dots === null ? lines : [],
      theme,
      draw: size =>
        dots !== null
          ? rowScene(dots, 'dots', settings.logY, theme, size)
          : lineScene(lines, settings, zoom, theme, size, trans.__('step'))
    });
  }
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
