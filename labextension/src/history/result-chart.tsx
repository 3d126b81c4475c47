/**
 * The main metric from run to run. The list below says the same in words.
 */
import { runStyle } from '../colors';
import { columnFormat } from '../format';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import type { ResultLine } from './timeline';

const WIDTH = 900;
const HEIGHT = 120;
const INSET = 14;

export function ResultChart({
  line
}: {
  readonly line: ResultLine;
}): JSX.Element {
  const { commands, trans } = useServices();
  const { key, points } = line;
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const format = columnFormat(values);
  const placed = points.map((point, index) => ({
    ...point,
    x: INSET + (index / Math.max(1, points.length - 1)) * (WIDTH - 2 * INSET),
    y:
      HEIGHT -
      INSET -
      (span === 0 ? 0.5 : (point.value - low) / span) * (HEIGHT - 2 * INSET)
  }));
  const best = points.find(({ isBest }) => isBest);
  const said =
    best === undefined
      ? trans.__('%1 of %2 runs', key, points.length)
      : trans.__(
          '%1 of %2 runs, best %3 (%4)',
          key,
          points.length,
          format(best.value),
          best.run.name
        );
  return (
    <figure className="jp-trackbook-card jp-trackbook-result-chart">
      <figcaption>{said}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={said}
        preserveAspectRatio="none"
      >
        <polyline points={placed.map(({ x, y }) => `${x},${y}`).join(' ')} />
        {placed.map(({ run, value, isBest, x, y }) => (
          // A line without length and with round ends: a dot, however wide the page.
          <g
            key={run.run_id}
            onClick={() =>
              void commands.execute(CommandIDs.openRun, { runId: run.run_id })
            }
          >
            <title>{`${run.name}: ${format(value)}`}</title>
            {isBest ? <path d={`M${x},${y}h0`} data-best="true" /> : null}
            <path
              d={`M${x},${y}h0`}
              style={{ stroke: runStyle(run.number).color }}
            />
          </g>
        ))}
      </svg>
    </figure>
  );
}
