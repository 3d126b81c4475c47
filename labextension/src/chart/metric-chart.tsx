/**
 * One metric of one or more runs: controls, picture or table, legend, and what the
 * picture leaves out.
 */
import { useCallback, useState } from 'react';

import { columnFormat, formatNumber } from '../format';
import { buildFigure, drawsDots } from '../plot';
import type { PlotTheme, Series, XAxis } from '../plot';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { ChartControls } from './chart-controls';
import { ChartLegend } from './chart-legend';
import { ChartNotes } from './chart-notes';
import { ChartTable } from './chart-table';
import { PlotCanvas } from './plot-canvas';
import { useSeries } from './series';
import type { ChartRun } from './series';
import { useHistories } from './use-histories';

type Props = {
  readonly runs: readonly ChartRun[];
  readonly metric: string;
  /** What stands where the title is: the metric's name, or the choice of metrics. */
  readonly title: React.ReactNode;
  readonly height?: number;
};

const LINES_HEIGHT = 280;
const DOT_ROW_HEIGHT = 30;

export function MetricChart(props: Props): JSX.Element {
  const { runs, metric, title } = props;
  const { trans } = useServices();
  const [xAxis, setXAxis] = useState<XAxis>('step');
  const [logY, setLogY] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const { byRun, reload } = useHistories(runs, metric);
  const series = useSeries(runs, byRun);
  const dots = drawsDots(series);
  const build = useCallback(
    (theme: PlotTheme) =>
      buildFigure(series, theme, {
        xAxis,
        logY,
        hidden,
        highlighted,
        labels: { step: trans.__('step'), wall: '' }
      }),
    [series, xAxis, logY, hidden, highlighted, trans]
  );
  const toggle = (runId: string): void => {
    const next = new Set(hidden);
    if (!next.delete(runId)) {
      next.add(runId);
    }
    setHidden(next);
  };
  const height = dots
    ? Math.max(2, series.length) * DOT_ROW_HEIGHT + 48
    : (props.height ?? LINES_HEIGHT);
  const failed = [...byRun.values()].find(state => state.kind === 'failed');
  const loading = byRun.size < runs.length;

  return (
    <section
      className="jp-trackbook-chart"
      aria-label={trans.__('Chart of %1', metric)}
    >
      <header className="jp-trackbook-card-header">
        {title}
        <ChartControls
          xAxis={dots ? null : xAxis}
          onXAxis={setXAxis}
          logY={logY}
          onLogY={setLogY}
          asTable={asTable}
          onAsTable={setAsTable}
        />
      </header>
      {failed?.kind === 'failed' ? (
        <FailureNotice failure={failed.failure} onRetry={reload} />
      ) : null}
      {series.length === 0 ? (
        <div className="jp-trackbook-chart-empty" style={{ blockSize: height }}>
          {loading
            ? trans.__('Loading the points…')
            : runs.some(run => run.isActive)
              ? trans.__('Waiting for the first point.')
              : trans.__('No points of %1.', metric)}
        </div>
      ) : dots && series.length === 1 ? (
        <p className="jp-trackbook-chart-empty">{oneValue(series[0])}</p>
      ) : asTable ? (
        <ChartTable metric={metric} series={series} />
      ) : (
        <PlotCanvas
          build={build}
          height={height}
          description={describe(metric, series)}
          fileName={metric}
        />
      )}
      {!dots && !asTable && runs.length > 1 ? (
        <ChartLegend
          runs={runs}
          series={series}
          hidden={hidden}
          onToggle={toggle}
          onHighlight={setHighlighted}
        />
      ) : null}
      <ChartNotes series={series} hidden={hidden} logY={logY} />
    </section>
  );

  function oneValue(only: Series | undefined): string {
    const value = formatNumber(only?.history.values[0] ?? NaN);
    return trans.__('A single value, %1: there is no line to draw.', value);
  }

  function describe(key: string, shown: readonly Series[]): string {
    const format = columnFormat(shown.flatMap(one => one.history.values));
    const parts = shown.map(({ name, history }) => {
      const last = history.values[history.values.length - 1];
      return last === undefined ? name : `${name} ${format(last)}`;
    });
    return trans.__('Chart of %1, last values: %2', key, parts.join('; '));
  }
}
