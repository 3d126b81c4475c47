/**
 * Which line is which run; a click hides a line, pointing at it brings it out.
 */
import { dashArray } from '../colors';
import type { RunStyle } from '../colors';
import { columnFormat } from '../format';
import type { Series } from '../plot';
import { useServices } from '../views/context';
import { chartStyles } from './series';
import type { ChartRun } from './series';

type Props = {
  readonly runs: readonly ChartRun[];
  readonly series: readonly Series[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (runId: string) => void;
  readonly onHighlight: (runId: string | null) => void;
};

export function ChartLegend(props: Props): JSX.Element {
  const { trans } = useServices();
  const lasts = new Map(
    props.series.map(({ runId, history }) => [
      runId,
      history.values[history.values.length - 1] ?? NaN
    ])
  );
  const format = columnFormat([...lasts.values()]);
  const styles = chartStyles(props.runs.map(run => run.number));
  return (
    <ul
      className="jp-trackbook-legend"
      aria-label={trans.__('Runs in the chart')}
    >
      {props.runs.map((run, index) => {
        const style = styles[index];
        const last = lasts.get(run.runId);
        const shown = !props.hidden.has(run.runId) && last !== undefined;
        return (
          <li key={run.runId}>
            <button
              className="jp-trackbook-legend-item"
              aria-pressed={shown}
              disabled={last === undefined}
              title={run.name}
              onClick={() => props.onToggle(run.runId)}
              onPointerEnter={() => props.onHighlight(run.runId)}
              onPointerLeave={() => props.onHighlight(null)}
              onFocus={() => props.onHighlight(run.runId)}
              onBlur={() => props.onHighlight(null)}
            >
              {style === undefined ? null : <LineSample {...style} />}
              <span className="jp-trackbook-run-text">{run.name}</span>
              <span className="jp-trackbook-legend-value">
                {last === undefined ? trans.__('no points') : format(last)}
              </span>
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
        strokeDasharray={dashArray(dash)
          ?.split(' ')
          .map(part => Number(part) * 2)
          .join(' ')}
      />
    </svg>
  );
}
