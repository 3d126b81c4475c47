/**
 * A run as a row of the table: its name, its main metric, and the columns in sight.
 */
import { memo } from 'react';
import type { ReactElement } from 'react';

import { runStyle } from '../colors';
import { cellOf, columnOf } from '../columns';
import type { RunRow } from '../contract';
import { NO_VALUE, formatChange, formatNumber, toNumber } from '../format';
import type { NumberFormat } from '../format';
import { toneOf } from '../selectors';
import { describeParam } from '../sidebar/param-chips';
import { NameLine, SelectCell } from '../sidebar/row-parts';
import type { RowPartProps } from '../sidebar/row-parts';
import { describeMetric, errorName, hasRaised } from '../sidebar/run-row';
import { Sparkline } from '../sidebar/sparkline';
import { StatusMark } from '../sidebar/status-mark';
import { Hit } from '../sidebar/text-hit';
import { useTrans } from '../widgets';
import { METRIC } from './use-table-columns';
import type { TableColumn } from './use-table-columns';

type TableRowProps = RowPartProps & {
  readonly nameWidth: number;
  /** The columns that are drawn, and the number of the first of them. */
  readonly columns: readonly TableColumn[];
  readonly first: number;
  /** The width of those before them. */
  readonly skipped: number;
  readonly format: NumberFormat | undefined;
  /** The best value of its main metric among the runs that are read. */
  readonly best: number | null;
  readonly showsMetricKey: boolean;
};

export const TableRow = memo(function TableRow(
  props: TableRowProps
): ReactElement {
  const { run, first, columns } = props;
  const { color } = runStyle(run.number);
  return (
    <>
      <span
        className="jp-trackbook-runtable-name"
        style={{ inlineSize: props.nameWidth }}
      >
        <SelectCell
          run={run}
          selected={props.selected}
          onSelect={props.onSelect}
        />
        <span role="gridcell" className="jp-trackbook-row-status">
          <StatusMark status={run.status} color={color} />
        </span>
        <span role="gridcell" className="jp-trackbook-what">
          <NameLine {...props} />
          {run.found !== null && <Hit hit={run.found} />}
        </span>
      </span>
      <span
        className="jp-trackbook-runtable-skipped"
        style={{ inlineSize: props.skipped }}
      />
      {columns.map((column, index) =>
        column.name === METRIC ? (
          <MetricCell key={column.name} {...props} column={column} />
        ) : (
          <Cell
            key={column.name}
            run={run}
            column={column}
            // The box, the mark and the name come first.
            place={first + index + 4}
          />
        )
      )}
    </>
  );
});

function Cell(props: {
  readonly run: RunRow;
  readonly column: TableColumn;
  readonly place: number;
}): ReactElement {
  const { run, column } = props;
  const trans = useTrans();
  const value = cellOf(run, column.name);
  const text = column.format(value);
  const { kind, key } = columnOf(column.name);
  const param =
    kind === 'param' ? run.params.find(one => one.key === key) : undefined;
  const isChanged = param?.changed === true;
  const isBest =
    column.best !== null &&
    (typeof value === 'number' || typeof value === 'string') &&
    toNumber(value) === column.best;
  const words =
    param !== undefined && isChanged ? describeParam(param, trans) : text;
  return (
    <span
      role="gridcell"
      aria-colindex={props.place}
      className={`jp-trackbook-runtable-cell${column.isNumeric ? ' jp-mod-numeric' : ''}`}
      style={{ inlineSize: column.width }}
      title={isBest ? bestWords(text, trans) : words}
    >
      <bdi
        className={
          isBest ? 'jp-mod-best' : isChanged ? 'jp-mod-changed' : undefined
        }
      >
        {text}
      </bdi>
    </span>
  );
}

function bestWords(text: string, trans: ReturnType<typeof useTrans>): string {
  return trans.__('%1: the best of the runs read so far', text);
}

/** The main metric with its line and its change; what went wrong where it has none. */
function MetricCell(
  props: TableRowProps & { readonly column: TableColumn }
): ReactElement {
  const { run, column, format = formatNumber, best } = props;
  const trans = useTrans();
  const metric = run.main_metric;
  const { color } = runStyle(run.number);
  const isBest = metric !== null && toNumber(metric.value) === best;
  const words = metric === null ? '' : describeMetric(metric, format);
  return (
    <span
      role="gridcell"
      aria-colindex={4}
      className="jp-trackbook-runtable-cell jp-mod-numeric jp-mod-metric"
      style={{ inlineSize: column.width }}
      title={isBest ? bestWords(words, trans) : words}
    >
      {metric !== null && (
        <>
          <Sparkline values={metric.sparkline} color={color} />
          {props.showsMetricKey && (
            <span className="jp-trackbook-metric-key">{metric.key}</span>
          )}
        </>
      )}
      {hasRaised(run) ? (
        <span className="jp-trackbook-error" title={run.error ?? undefined}>
          {errorName(run.error) ?? trans.__('failed')}
        </span>
      ) : (
        metric !== null &&
        metric.change !== null && (
          <span
            className={`jp-trackbook-change jp-mod-${toneOf(metric.better)}`}
          >
            {formatChange(metric.change, format)}
          </span>
        )
      )}
      <bdi className={isBest ? 'jp-mod-best' : undefined}>
        {metric === null ? NO_VALUE : format(metric.value)}
      </bdi>
    </span>
  );
}
