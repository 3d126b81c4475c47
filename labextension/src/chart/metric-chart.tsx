/**
 * One metric of one or more runs: controls, picture or table, legend, and what the
 * picture leaves out.
 */
import { useMemo, useRef, useState } from 'react';

import { toNumber } from '../format';
import { lineScene } from '../plot/line-scene';
import type { Line } from '../plot/lines';
import { ROW_HEIGHT, rowScene } from '../plot/row-scene';
import type { Row } from '../plot/row-scene';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { ChartBody } from './chart-body';
import { linesCell } from './chart-cell';
import { ChartControls } from './chart-controls';
import { ChartLegend } from './chart-legend';
import { ChartNotes } from './chart-notes';
import { ChartOptions } from './chart-options';
import type { ChartSettings } from './chart-settings';
import { useChartDefaults } from './use-chart-defaults';
import {
  fileName,
  saveCsv,
  saveLink,
  savePng,
  saveSvg
} from './export-picture';
import type { Picture } from './export-picture';
import { GroupLegend } from './group-legend';
import { groupTable } from './group-table';
import { groupWords } from './group-words';
import type { GroupSubject } from './grouping';
import { HoverProvider, useHoverBus } from './hover';
import { MetricChooser } from './metric-chooser';
import type { ChoosableMetric } from './metric-chooser';
import { drawsDots } from './series';
import type { ChartRun } from './series';
import { readTheme } from './theme';
import { useGrouped } from './use-grouped';
import { useHidden } from './use-hidden';
import { useLines } from './use-lines';
import { csvOf } from './value-table';
import { describeSpan } from './words';

type Props = {
  readonly runs: readonly ChartRun[];
  readonly metric: string;
  /** What stands where the title is: the metric's name, or the choice of metrics. */
  readonly title: React.ReactNode;
  readonly height?: number;
  /** What can be the x axis; it matters when that is opened. */
  readonly metrics?: readonly ChoosableMetric[];
  /** What groups of runs can be made of. */
  readonly subject?: GroupSubject;
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
  // Its plot, tooltip and legend have one pointer, also where it stands alone.
  const bus = useHoverBus();
  const defaults = useChartDefaults();
  const [ownSettings, setOwnSettings] = useState<ChartSettings | null>(null);
  const settings = props.settings ?? ownSettings ?? defaults;
  const own = useHidden();
  const hidden = props.hidden ?? own.hidden;
  const [open, setOpen] = useState(false);
  const [choosesX, setChoosesX] = useState(false);
  const xRef = useRef<HTMLSelectElement>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const ownGroups = useHidden();
  const grouped = useGrouped(props.subject, settings.groups, ownGroups.hidden);
  const chart = useLines(runs, metric, settings, hidden, grouped, active);
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
    <HoverProvider value={bus}>
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
            chosen={
              new Set(settings.xMetric === null ? [] : [settings.xMetric])
            }
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
            subject={runs.length > 1 ? (props.subject ?? null) : null}
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
            cell={() =>
              linesCell(
                metric,
                runs.filter(run => !hidden.has(run.runId)),
                settings
              )
            }
            onGroupsCsv={
              chart.groups === null || dots !== null ? null : saveGroups
            }
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
        {dots !== null || settings.asTable ? null : chart.groups !== null ? (
          <GroupLegend
            groups={chart.groups}
            hidden={ownGroups.hidden}
            onToggle={ownGroups.toggle}
          />
        ) : props.hidden === undefined && runs.length > 1 ? (
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
          groups={
            chart.groups === null || dots !== null ? null : settings.groups
          }
          falling={chart.falling}
          belowZero={chart.belowZero}
          zoomShowsMore={chart.readsCloser && !chart.isZoomed}
        />
      </section>
    </HoverProvider>
  );

  function stopChoosing(): void {
    setChoosesX(false);
    xRef.current?.focus();
  }

  /** The lines as an exported picture names them. */
  function legendOf(lines: readonly Line[]): Picture['legend'] {
    return (
      chart.groups
        ?.filter(({ group }) => lines.some(line => line.id === group.id))
        .map(({ group, drawn }) => ({
          ...group,
          name: groupWords(group, drawn, trans)
        })) ?? lines
    );
  }

  function csvLink(): string {
    const runIds = runs.map(run => run.runId);
    return api.metricsCsv(runIds, [metric], settings.xMetric ?? undefined);
  }

  function saveGroups(): void {
    const table = groupTable(
      chart.lines,
      settings.xMetric ?? settings.xAxis,
      String,
      settings.groups,
      trans
    );
    saveCsv(csvOf(table), `${fileName(metric)}.csv`);
  }

  function withPicture(write: (picture: Picture) => void): void {
    if (element === null) {
      return;
    }
    const theme = readTheme(element);
    const { lines, zoom } = chart;
    write({
      title: metric,
      legend: dots === null ? legendOf(lines) : [],
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
