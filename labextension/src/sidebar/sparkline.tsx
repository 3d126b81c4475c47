/**
 * A series in the space of a word; decoration, since the number stands beside it.
 */
import type { ReactElement } from 'react';

const WIDTH = 44;
const HEIGHT = 18;
const INSET = 1.5;

export function Sparkline(props: {
  readonly values: readonly number[];
  readonly color: string;
}): ReactElement | null {
  const points = sparkPoints(props.values);
  if (points === null) {
    return null;
  }
  return (
    <svg
      className="jp-trackbook-sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <polyline points={points} style={{ stroke: props.color }} />
    </svg>
  );
}

/** The polyline's points; null where there is no line to draw. */
export function sparkPoints(values: readonly number[]): string | null {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) {
    return null;
  }
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return finite
    .map((value, index) => {
      const x = INSET + (index / (finite.length - 1)) * (WIDTH - 2 * INSET);
      const height = span === 0 ? 0.5 : (value - low) / span;
      const y = HEIGHT - INSET - height * (HEIGHT - 2 * INSET);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
