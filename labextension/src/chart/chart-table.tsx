/**
 * A chart's numbers as a table: the same for those who don't see the picture.
 */
import { Fragment } from 'react';

import { columnFormat, NO_VALUE } from '../format';
import type { ContractNumber } from '../format';
import type { Series } from '../plot/types';
import { useServices } from '../views/context';

type Props = {
  readonly metric: string;
  /** The metric that is the x axis: it has a column of its own for each run. */
  readonly xMetric: string | null;
  readonly series: readonly Series[];
};

/** Rows beyond this are left out: nobody reads them, and the page must stay quick. */
const MAX_ROWS = 500;

export function ChartTable({ metric, xMetric, series }: Props): JSX.Element {
  const { trans } = useServices();
  const { steps, rows } = tableOf(series);
  const format = columnFormat(series.flatMap(one => one.history.values));
  const formatX = columnFormat(series.flatMap(one => one.history.xs ?? []));
  return (
    <div
      className="jp-trackbook-chart-table"
      tabIndex={0}
      role="group"
      aria-label={metric}
    >
      <table className="jp-trackbook-table">
        <caption className="jp-trackbook-hidden">{metric}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Step')}</th>
            {series.map(one => (
              <Fragment key={one.runId}>
                {xMetric === null ? null : (
                  <th scope="col" className="jp-trackbook-number">
                    {trans.__('%1 of %2', xMetric, one.name)}
                  </th>
                )}
                <th scope="col" className="jp-trackbook-number">
                  <span
                    className="jp-trackbook-run-dot"
                    style={{ backgroundColor: one.color }}
                    aria-hidden="true"
                  />{' '}
                  {one.name}
                </th>
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row, index) => (
            <tr key={steps[index]}>
              <th scope="row">{steps[index]}</th>
              {row.map((cell, column) => (
                <Fragment key={series[column]?.runId}>
                  {xMetric === null ? null : (
                    <td className="jp-trackbook-number">
                      {cell?.x == null ? NO_VALUE : formatX(cell.x)}
                    </td>
                  )}
                  <td className="jp-trackbook-number">
                    {cell === null ? NO_VALUE : format(cell.value)}
                  </td>
                </Fragment>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS ? (
        <p className="jp-trackbook-hint">
          {trans.__('The first %1 of %2 steps.', MAX_ROWS, rows.length)}
        </p>
      ) : null}
    </div>
  );
}

type Cell = {
  readonly value: ContractNumber;
  readonly x: ContractNumber | null;
};
type Row = readonly (Cell | null)[];

/** One row a step; of points that share a step the last one. */
export function tableOf(series: readonly Series[]): {
  steps: number[];
  rows: Row[];
} {
  const columns = series.map(
    ({ history }) =>
      new Map(
        history.steps.map((step, index) => [
          step,
          {
            value: history.values[index] ?? NaN,
            x: history.xs?.[index] ?? null
          }
        ])
      )
  );
  const all = new Set(columns.flatMap(column => [...column.keys()]));
  const steps = [...all].sort((a, b) => a - b);
  const rows = steps.map(step =>
    columns.map(column => column.get(step) ?? null)
  );
  return { steps, rows };
}
