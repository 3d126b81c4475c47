/**
 * Which line is which run; a click hides a line, pointing at it brings it out.
 */
import { dashPixels } from '../plot/dash';
import type { RunStyle } from '../colors';
import { columnFormat } from '../format';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';
import { useHoverBus, useIsHovered } from './hover';
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
  const lasts = new Map(
    series?.map(({ runId, history }) => [
      runId,
      history.values[history.values.length - 1] ?? NaN
    ])
  );
  const format = columnFormat([...lasts.values()]);
  const styles = chartStyles(runs.map(run => run.number));
  return (
    <ul
      className="jp-trackbook-legend"
      aria-label={trans.__('Runs in the chart')}
    >
      {runs.map((run, index) => {
        const last = lasts.get(run.runId);
        return (
          <LegendItem
            key={run.runId}
            id={run.runId}
            name={run.name}
            style={styles[index] ?? null}
            value={
              series === null ? '' : last === undefined ? null : format(last)
            }
            shown={!hidden.has(run.runId)}
            onToggle={onToggle}
          />
        );
      })}
    </ul>
  );
}

type ItemProps = {
  readonly id: string;
  readonly name: string;
  readonly style: RunStyle | null;
  /** What its line has come to; null: it has no points. */
  readonly value: string | null;
  readonly shown: boolean;
  readonly onToggle: (id: string) => void;
};

export function LegendItem(props: ItemProps): JSX.Element {
  const { id, name, style, value, shown, onToggle } = props;
  const { trans } = useServices();
  const bus = useHoverBus();
  const isHovered = useIsHovered(bus, id);
  const point = (runId: string | null): void =>
    bus.set(runId === null ? null : { axis: null, x: null, runId });
  return (
    <li>
      <button
        className={
          isHovered
            ? 'jp-trackbook-legend-item jp-mod-current'
            : 'jp-trackbook-legend-item'
        }
        aria-pressed={value !== null && shown}
        disabled={value === null}
        title={name}
        onClick={() => onToggle(id)}
        onPointerEnter={() => point(id)}
        onPointerLeave={() => point(null)}
        onFocus={() => point(id)}
        onBlur={() => point(null)}
      >
        {style === null ? null : <LineSample {...style} />}
        <span className="jp-trackbook-run-text">{name}</span>
        {value === '' ? null : (
          <span className="jp-trackbook-legend-value">
            {value ?? trans.__('no points')}
          </span>
        )}
      </button>
    </li>
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
