/**
 * The lines of groups as a table, as far as one can read.
 */
import type { Line } from '../plot/lines';
import { useServices } from '../views/context';
import type { ChartSettings } from './chart-settings';
import { groupTable } from './group-table';
import { ValueTableView } from './value-table';
import { sayX } from './words';

type Props = {
  readonly metric: string;
  readonly settings: ChartSettings;
  readonly lines: readonly Line[];
};

/** Rows beyond this are in the CSV. */
const MAX_ROWS = 500;

export function GroupsTable({ metric, settings, lines }: Props): JSX.Element {
  const { trans } = useServices();
  const isStep = settings.xAxis === 'step';
  const table = groupTable(
    lines,
    isStep ? trans.__('Step') : trans.__('At'),
    x => (isStep ? String(x) : sayX(x, settings, trans)),
    settings.groups,
    trans,
    MAX_ROWS
  );
  return (
    <>
      <ValueTableView label={metric} table={table} />
      {table.names.length === MAX_ROWS ? (
        <p className="jp-trackbook-hint">
          {trans.__('The first %1 rows; the CSV has all.', MAX_ROWS)}
        </p>
      ) : null}
    </>
  );
}
