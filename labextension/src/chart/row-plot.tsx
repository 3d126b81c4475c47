/**
 * A value a run as dots, where there is nothing to connect.
 */
import { useCallback } from 'react';

import { columnFormat } from '../format';
import { rowScene } from '../plot/row-scene';
import type { Row } from '../plot/row-scene';
import type { RunScene } from '../plot/run-scene';
import type { Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { RunPlot } from './run-plot';

type Props = {
  /** Each by the id of its run. */
  readonly rows: readonly Row[];
  readonly metric: string;
  readonly log: boolean;
  readonly height: number;
  readonly description: string;
};

/** What is higher is scrolled. */
const HIGHEST = 460;

export function RowPlot(props: Props): JSX.Element {
  const { rows, metric, log } = props;
  const format = columnFormat(rows.map(row => row.value));
  const draw = useCallback(
    (theme: PlotTheme, size: Size): RunScene =>
      rowScene(rows, 'dots', log, theme, size),
    [rows, log]
  );
  return (
    <div className="jp-trackbook-plot-scroll" style={{ maxBlockSize: HIGHEST }}>
      <RunPlot
        draw={draw}
        items={rows.map(row => ({
          key: row.key,
          runIds: [row.key],
          name: row.name,
          color: row.color,
          facts: [[metric, format(row.value)]]
        }))}
        height={props.height}
        description={props.description}
      />
    </div>
  );
}
