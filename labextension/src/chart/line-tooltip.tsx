/**
 * The values of all runs where one points, the nearest line's first.
 */
import { valueAt } from '../plot/column';
import { useEffect, useState } from 'react';

import { columnFormat, formatNumber } from '../format';
import type { Axes } from '../plot/axes';
import type { Line } from '../plot/lines';
import { toPixel } from '../plot/scale';
import type { LineOptions } from '../plot/types';
import { useServices } from '../views/context';
import { axisOf, useHoverBus } from './hover';
import type { Hover } from './hover';
import { bandAt, countAt } from './group-words';
import { indexAt } from './pointing';
import { sayX } from './words';

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
        {sayX(hover.x, options, trans, hover.along)}
      </div>
      {shown.map(({ line, index, value, smooth }) => (
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
          {line.group === null ? null : (
            <span className="jp-trackbook-tooltip-group">
              {bandAt(line, index)?.map(format).join(' – ') ??
                trans.__('no band')}{' '}
              · {countAt(line.group, index, trans)}
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
}

type Row = {
  readonly line: Line;
  readonly index: number;
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
      return away > NEAR || line.group?.counts[index] === 0
        ? []
        : [
            {
              line,
              index,
              value: valueAt(line.y, index),
              smooth: line.smooth === null ? null : valueAt(line.smooth, index)
            }
          ];
    })
    .sort((a, b) => b.value - a.value || 0);
}
