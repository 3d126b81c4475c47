/**
 * What a panel shows as numbers and words, a line a run or a group: on the screen for
 * those who don't see the picture, and as CSV.
 */
import { columnFormat, NO_VALUE } from '../format';
import { useServices } from '../views/context';

export type TableColumn = {
  readonly name: string;
  /** Null: there is nothing. */
  readonly values: readonly (number | string | null)[];
  /** Writes its numbers; without it all have one precision. */
  readonly write?: (value: number) => string;
};

export type ValueTable = {
  /** What its lines are: runs, or the groups of a param. */
  readonly head: string;
  readonly names: readonly string[];
  /** A line's colour; null where it is no run. */
  readonly colors: readonly (string | null)[];
  readonly columns: readonly TableColumn[];
};

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]\d+)?$/;

export function ValueTableView(props: {
  readonly label: string;
  readonly table: ValueTable;
}): JSX.Element {
  const { label, table } = props;
  const { trans } = useServices();
  const writers = table.columns.map(
    ({ values, write }) =>
      write ?? columnFormat(values.filter(value => typeof value === 'number'))
  );
  return (
    <div
      className="jp-trackbook-chart-table"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Table of %1', label)}
    >
      <table className="jp-trackbook-table">
        <caption className="jp-trackbook-hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{table.head}</th>
            {table.columns.map(({ name }) => (
              <th key={name} scope="col" className="jp-trackbook-number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.names.map((name, index) => (
            <tr key={index}>
              <th scope="row">
                {table.colors[index] == null ? null : (
                  <span
                    className="jp-trackbook-run-dot"
                    style={{ backgroundColor: table.colors[index] }}
                    aria-hidden="true"
                  />
                )}{' '}
                {name}
              </th>
              {table.columns.map(({ name: column, values }, at) => {
                const value = values[index] ?? null;
                return (
                  <td key={column} className="jp-trackbook-number">
                    {value === null
                      ? NO_VALUE
                      : typeof value === 'string'
                        ? value
                        : writers[at]?.(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The table as CSV, its numbers in full. */
export function csvOf({ head, names, columns }: ValueTable): string {
  const lines = [
    [head, ...columns.map(column => column.name)],
    ...names.map((name, index) => [
      name,
      ...columns.map(column => column.values[index] ?? null)
    ])
  ];
  return lines.map(line => `${line.map(field).join(',')}\n`).join('');
}

function field(value: number | string | null): string {
  if (typeof value !== 'string') {
    return value === null ? '' : String(value);
  }
  const plain =
    FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}
