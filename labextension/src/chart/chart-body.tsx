/**
 * What a chart shows between its controls and its legend: lines, dots, a table, or why
 * there is nothing to see.
 */
import { columnFormat, formatNumber } from '../format';
import type { Row } from '../plot/row-scene';
import { NO_ZOOM } from '../plot/types';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';
import type { ChartSettings } from './chart-settings';
import { ChartTable } from './chart-table';
import { groupWords } from './group-words';
import { labelOf } from './grouping';
import { GroupsTable } from './groups-table';
import { LinePlot } from './line-plot';
import { RowPlot } from './row-plot';
import type { ChartRun } from './series';
import type { Lines } from './use-lines';
import { listed } from './words';

type Props = {
  readonly metric: string;
  readonly runs: readonly ChartRun[];
  readonly settings: ChartSettings;
  readonly chart: Lines;
  /** The values where there is nothing to connect, else null. */
  readonly dots: readonly Row[] | null;
  readonly height: number;
};

export function ChartBody(props: Props): JSX.Element {
  const { metric, settings, chart, dots, height } = props;
  const { trans } = useServices();
  const { whole, series, lines, zoom, setZoom, isZoomed } = chart;
  if (whole.length === 0) {
    return (
      <div className="jp-trackbook-chart-empty" style={{ blockSize: height }}>
        {whyEmpty()}
      </div>
    );
  }
  if (dots !== null && whole.length === 1) {
    const value = formatNumber(whole[0]?.history.values[0] ?? NaN);
    return (
      <p className="jp-trackbook-chart-empty">
        {trans.__('A single value, %1: there is no line to draw.', value)}
      </p>
    );
  }
  if (settings.asTable && chart.groups !== null && dots === null) {
    return <GroupsTable metric={metric} settings={settings} lines={lines} />;
  }
  if (settings.asTable) {
    return (
      <ChartTable metric={metric} xMetric={settings.xMetric} series={series} />
    );
  }
  if (dots !== null) {
    return (
      <RowPlot
        rows={dots}
        metric={metric}
        log={settings.logY}
        height={height}
        description={describe(whole)}
      />
    );
  }
  return (
    <div className="jp-trackbook-plot-frame">
      <LinePlot
        lines={lines}
        options={settings}
        zoom={zoom}
        onZoom={setZoom}
        height={height}
        description={describeLines()}
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
  );

  function whyEmpty(): string {
    const { points } = chart;
    if (points.whole === null && points.failure === null) {
      return trans.__('Loading the points…');
    }
    const histories = [...(points.whole?.values() ?? [])];
    if (settings.xMetric !== null && histories.some(one => one.total > 0)) {
      return trans.__('No step has both %1 and %2.', metric, settings.xMetric);
    }
    return props.runs.some(run => run.isActive)
      ? trans.__('Waiting for the first point.')
      : trans.__('No points of %1.', metric);
  }

  function describeLines(): string {
    if (chart.groups === null || settings.groups.by === null) {
      return describe(whole);
    }
    const format = columnFormat(chart.groups.flatMap(({ last }) => last ?? []));
    const lasts = chart.groups.map(({ group, drawn, last }) => {
      const words = groupWords(group, drawn, trans);
      return last === null ? words : `${words} ${format(last)}`;
    });
    return trans.__(
      'Chart of %1 in groups by %2: %3',
      metric,
      labelOf(settings.groups.by, trans),
      listed(lasts, trans)
    );
  }

  function describe(shown: readonly Series[]): string {
    const format = columnFormat(shown.flatMap(one => one.history.values));
    const lasts = shown.map(({ name, history }) => {
      const last = history.values[history.values.length - 1];
      return last === undefined ? name : `${name} ${format(last)}`;
    });
    return settings.xMetric === null
      ? trans.__('Chart of %1, last values: %2', metric, lasts.join('; '))
      : trans.__(
          'Chart of %1 over %2, last values: %3',
          metric,
          settings.xMetric,
          lasts.join('; ')
        );
  }
}
