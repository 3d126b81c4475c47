/**
 * Which line is which run; a click hides a line, pointing at it brings it out.
 */
import { dashPixels } from '../plot/dash';
import type { RunStyle } from '../colors';
import { columnFormat } from '../format';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';
import { useHoverBus, useHoveredRun } from './hover';
import { chartStyles } from './series';
import type { ChartRun } from './series';

type Props = {
  readonly runs: readonly ChartRun[];
  /** What the one chart shows that it belongs to; null for the legend of several. */
  readonly series: readonly Series[] | null;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (runId: string) => void;
};

export function ChartLegend(props: Props): JSX.Element {
  const { runs, series, hidden, onToggle } = props;
  const { trans } = useServices();
  const bus = useHoverBus();
  const hovered = useHoveredRun(bus);
  const lasts = new Map(
    series?.map(({ runId, history }) => [
      runId,
      history.values[history.values.length - 1] ?? NaN
    ])
  );
  const format = columnFormat([...lasts.values()]);
  const styles = chartStyles(runs.map(run => run.number));
  const point = (runId: string | null): void =>
    bus.set(runId === null ? null : { axis: null, x: null, runId });
  return (
    <ul
      className="jp-trackbook-legend"
      aria-label={trans.__('Runs in the chart')}
    >
      {runs.map((run, index) => {
        const style = styles[index];
        const last = lasts.get(run.runId);
        const lacks = series !== null && last === undefined;
        return (
          <li key={run.runId}>
            <button
              className={
                hovered === run.runId
                  ? 'jp-trackbook-legend-item jp-mod-current'
                  : 'jp-trackbook-legend-item'
              }
              aria-pressed={!lacks && !hidden.has(run.runId)}
              disabled={lacks}
              title={run.name}
              onClick={() => onToggle(run.runId)}
              onPointerEnter={() => point(run.runId)}
              onPointerLeave={() => point(null)}
              onFocus={() => point(run.runId)}
              onBlur={() => point(null)}
            >
              {style === undefined ? null : <LineSample {...style} />}
              <span className="jp-trackbook-run-text">{run.name}</span>
              {series === null ? null : (
                <span className="jp-trackbook-legend-value">
                  {last === undefined ? trans.__('no points') : format(last)}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function LineSample({ color, dash }: RunStyle): JSX.Element {
  return (
    <svg
      className="jp-trackbook-line-sample"
      viewBox="0 0 18 8"
      aria-hidden="true"
    >
      <line
        x1="0"
        y1="4"
        x2="18"
        y2="4"
        stroke={color}
        strokeWidth="2"
        strokeDasharray={dashPixels(dash).join(' ') || undefined}
      />
    </svg>
  );
}
