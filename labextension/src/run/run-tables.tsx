/**
 * A run's tables: what a loop or a search tried, and what came of each.
 */
import { Clipboard } from '@jupyterlab/apputils';
import { useState } from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';

import { failureOf } from '../api';
import type { Run, RunTable } from '../contract';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { describeFailure } from '../views/failure-notice';
import { Card } from '../views/parts';
import { executionOf } from './derive';
import { bestRow, columnsOf, judgedBy, sortRows, toCsv } from './table';
import type { Column, Order } from './table';

/** What one answer holds at most, and what the page shows at once at most. */
const PAGE_ROWS = 10_000;
const STEP = 500;

export function RunTables({ run }: { readonly run: Run }): JSX.Element {
  return (
    <>
      {run.tables.map(table => (
        <TableCard key={table.name} table={table} run={run} />
      ))}
    </>
  );
}

type Rows = RunTable['rows'];

function TableCard(props: {
  readonly table: RunTable;
  readonly run: Run;
}): JSX.Element {
  const { table, run } = props;
  const { trans } = useServices();
  const [order, setOrder] = useState<Order | null>(null);
  const [limit, setLimit] = useState(table.rows.length);
  const { rows, readAll, problem } = useRows(run, table);
  const [copied, setCopied] = useState(false);
  const columns = columnsOf(table, rows);
  const judge = judgedBy(table, run);
  // Of rows that are not here yet, one may be better.
  const best = rows.length >= table.row_count ? bestRow(rows, judge) : null;
  const shown = sortRows(rows, order).slice(
    0,
    Math.max(limit, table.rows.length)
  );
  const execution = executionOf(run, table.execution_id);

  const sort = async (column: Column): Promise<void> => {
    const down = judge?.column === column.index && judge.direction === 'higher';
    const again = order?.column === column.index;
    if ((await readAll()) !== null) {
      setOrder({
        column: column.index,
        descending: again ? !order.descending : down
      });
    }
  };
  const more = async (): Promise<void> => {
    if ((await readAll()) !== null) {
      setLimit(shown.length + STEP);
    }
  };
  const copy = async (): Promise<void> => {
    const all = await readAll();
    if (all !== null) {
      Clipboard.copyToSystem(toCsv(table.columns, sortRows(all, order)));
      setCopied(true);
    }
  };

  return (
    <Card
      title={table.name}
      className="jp-trackbook-run-table"
      aside={
        <>
          {countOf(table, trans)}
          {execution === null ? null : (
            <CellLink execution={execution} run={run} />
          )}
          <button className="jp-trackbook-link" onClick={() => void copy()}>
            {trans.__('Copy as CSV')}
          </button>
          <span role="status">{copied ? trans.__('copied') : ''}</span>
        </>
      }
    >
      {problem === null ? null : (
        <p className="jp-trackbook-page-notice jp-mod-error" role="alert">
          {problem}
        </p>
      )}
      <div
        className="jp-trackbook-scroll"
        tabIndex={0}
        role="group"
        aria-label={table.name}
      >
        <table className="jp-trackbook-table" aria-label={table.name}>
          <thead>
            <tr>
              {columns.map(column => (
                <HeadCell
                  key={column.index}
                  column={column}
                  order={order}
                  onSort={() => void sort(column)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr
                key={index}
                className={row === best ? 'jp-mod-best-row' : undefined}
              >
                {columns.map(column => {
                  const text = column.format(row[column.index]);
                  const isBest = row === best && column.index === judge?.column;
                  return (
                    <td
                      key={column.index}
                      className={`${column.isNumeric ? 'jp-trackbook-number' : 'jp-trackbook-code'} ${isBest ? 'jp-mod-best' : ''}`}
                      title={text}
                    >
                      {text}
                      {isBest ? (
                        <span className="jp-trackbook-hidden">
                          {' '}
                          {trans.__('best')}
                        </span>
                      ) : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.row_count > shown.length ? (
        <button className="jp-trackbook-link" onClick={() => void more()}>
          {table.row_count - shown.length <= STEP
            ? trans.__('Show all %1 rows', table.row_count.toLocaleString())
            : trans.__(
                'Show %1 more of %2 rows',
                STEP,
                table.row_count.toLocaleString()
              )}
        </button>
      ) : null}
    </Card>
  );
}

function HeadCell(props: {
  readonly column: Column;
  readonly order: Order | null;
  readonly onSort: () => void;
}): JSX.Element {
  const { column, order, onSort } = props;
  const { trans } = useServices();
  const sorted = order?.column === column.index ? order : null;
  return (
    <th
      scope="col"
      className={column.isNumeric ? 'jp-trackbook-number' : undefined}
      data-param={column.isParam || undefined}
      aria-sort={
        sorted === null
          ? undefined
          : sorted.descending
            ? 'descending'
            : 'ascending'
      }
    >
      <button
        className="jp-trackbook-table-sort"
        title={trans.__('Sort by %1', column.name)}
        onClick={onSort}
      >
        {column.name}
        <span aria-hidden="true">
          {sorted === null ? '' : sorted.descending ? ' ↓' : ' ↑'}
        </span>
      </button>
    </th>
  );
}

/** The rows that are here, and a way to all of them; null: it failed, and why. */
function useRows(
  run: Run,
  table: RunTable
): {
  readonly rows: Rows;
  readonly readAll: () => Promise<Rows | null>;
  readonly problem: string | null;
} {
  const { api, trans } = useServices();
  const [read, setRead] = useState<Rows | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // A table that grew is read again; what is here holds until someone asks.
  const isWhole = table.rows.length >= table.row_count;
  const rows = isWhole ? table.rows : (read ?? table.rows);

  const readAll = async (): Promise<Rows | null> => {
    if (isWhole) {
      return table.rows;
    }
    if (read !== null && read.length >= table.row_count) {
      return read;
    }
    const all: (readonly unknown[])[] = [];
    try {
      for (;;) {
        const page = await api.table(
          run.run_id,
          table.name,
          all.length,
          PAGE_ROWS
        );
        all.push(...page.rows);
        if (page.rows.length === 0 || all.length >= page.row_count) {
          break;
        }
      }
    } catch (thrown) {
      setProblem(describeFailure(failureOf(thrown), trans));
      return null;
    }
    setProblem(null);
    setRead(all);
    return all;
  };
  return { rows, readAll, problem };
}

function countOf(table: RunTable, trans: TranslationBundle): string {
  const { origin, row_count: count } = table;
  const shown = count.toLocaleString();
  switch (origin) {
    case 'loop':
      return trans._n('one iteration', '%2 iterations', count, shown);
    case 'search':
      return trans._n('one candidate', '%2 candidates', count, shown);
    case 'user':
      return trans._n('one row', '%2 rows', count, shown);
  }
}
