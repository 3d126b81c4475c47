/**
 * The values of all runs where one points, the nearest line's first.
 */
import { valueAt } from '../plot/column';
import { useEffect, useState } from 'react';

import { columnFormat, formatNumber } from '../format';
import type { Axes } from '../plot/axes';
import type { Line } from '../plot/lines';
import { shortNumber, toPixel } from '../plot/scale';
import { timeUnit } from '../plot/time-ticks';
import type { LineOptions } from '../plot/types';
import { useServices } from '../views/context';
import { axisOf, useHoverBus } from './hover';
import type { Hover } from './hover';
import { indexAt } from './pointing';

type Props = {
  readonly lines: readonly Line[];
  readonly options: LineOptions;
  readonly axes: Axes;
};

const NEAR = 12;
const MOST = 12;

export function LineTooltip({
  lines,
  options,
  axes
}: Props): JSX.Element | null {
  const { trans } = useServices();
  const bus = useHoverBus();
  const [hover, setHover] = useState<Hover | null>(bus.current);
  useEffect(() => bus.subscribe(() => setHover(bus.current)), [bus]);
  if (hover === null || hover.x === null || hover.axis !== axisOf(options)) {
    return null;
  }
  const at = toPixel(axes.x, hover.x);
  const rows = rowsAt(lines, axes, hover, at);
  if (rows.length === 0) {
    return null;
  }
  const format = columnFormat(rows.map(row => row.value));
  const shown = rows.slice(0, MOST);
  const meant = rows.find(row => row.line.id === hover.runId);
  if (meant !== undefined && !shown.includes(meant)) {
    shown[shown.length - 1] = meant;
  }
  const onRight = at < (axes.area.left + axes.area.right) / 2;
  return (
    <div
      className="jp-trackbook-tooltip"
      style={
        onRight ? { left: at + 14 } : { right: `calc(100% - ${at - 14}px)` }
      }
      aria-hidden="true"
    >
      <div className="jp-trackbook-tooltip-x">
        {heading(hover.x, hover.along)}
      </div>
      {shown.map(({ line, value, smooth }) => (
        <div
          key={line.id}
          className={
            line.id === hover.runId
              ? 'jp-trackbook-tooltip-row jp-mod-current'
              : 'jp-trackbook-tooltip-row'
          }
        >
          <span
            className="jp-trackbook-run-dot"
            style={{ backgroundColor: line.color }}
          />
          <span className="jp-trackbook-run-text">{line.name}</span>
          <span className="jp-trackbook-number">{format(value)}</span>
          {smooth === null ? null : (
            <span className="jp-trackbook-number jp-trackbook-faint">
              ~{formatNumber(smooth)}
            </span>
          )}
        </div>
      ))}
      {rows.length > shown.length ? (
        <div className="jp-trackbook-faint">
          {trans.__('and %1 more', rows.length - shown.length)}
        </div>
      ) : null}
    </div>
  );

  function heading(x: number, step: number | undefined): string {
    switch (options.xAxis) {
      case 'step':
        return trans.__('step %1', shortNumber(x));
      case 'relative': {
        const unit = timeUnit([0, x]);
        return `${shortNumber(Number((x / unit.ms).toPrecision(4)))} ${unit.label}`;
      }
      case 'wall':
        return new Date(x).toLocaleString();
      case 'metric': {
        const place = `${options.xMetric} ${formatNumber(x)}`;
        return step === undefined
          ? place
          : trans.__('%1, step %2', place, shortNumber(step));
      }
    }
  }
}

type Row = {
  readonly line: Line;
  readonly value: number;
  readonly smooth: number | null;
};

/** The lines that have a point near x, the greatest value first. */
function rowsAt(
  lines: readonly Line[],
  axes: Axes,
  hover: Hover,
  at: number
): Row[] {
  return lines
    .flatMap(line => {
      const index = indexAt(line, hover);
      const away =
        index === -1
          ? Infinity
          : Math.abs(toPixel(axes.x, valueAt(line.x, index)) - at);
      return away > NEAR
        ? []
        : [
            {
              line,
              value: valueAt(line.y, index),
              smooth: line.smooth === null ? null : valueAt(line.smooth, index)
            }
          ];
    })
    .sort((a, b) => b.value - a.value || 0);
}
