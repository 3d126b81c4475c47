/**
 * One run: which attempt, how good, better or worse, and what was different.
 */
import { memo } from 'react';
import type { ReactElement } from 'react';

import { runStyle } from '../colors';
import { cellOf, columnOf, columnTitle } from '../columns';
import type { CellFormat } from '../columns';
import type { MainMetric, RunRow as Row } from '../contract';
import {
  NO_VALUE,
  formatAge,
  formatChange,
  formatDeviation,
  formatDuration,
  formatMoment,
  formatNumber
} from '../format';
import type { NumberFormat } from '../format';
import { toneOf } from '../selectors';
import { useLocale, useTrans } from '../widgets';
import { ParamChips, shortKey } from './param-chips';
import { NameLine, SelectCell } from './row-parts';
import type { RowPartProps } from './row-parts';
import { Sparkline } from './sparkline';
import { StatusMark } from './status-mark';
import { Hit } from './text-hit';

/** A column that was chosen, and how its cells are written. */
export type ShownColumn = {
  readonly name: string;
  readonly format: CellFormat;
};

export type RunRowProps = RowPartProps & {
  readonly format: NumberFormat | undefined;
  /** The chosen columns; none: what changed and what varies. */
  readonly columns: readonly ShownColumn[];
  /** Whether to name the metric: the list's runs have different ones. */
  readonly showsMetricKey: boolean;
  /** Whether to say whose run it is: the list's runs are of different notebooks. */
  readonly showsExperiment: boolean;
  readonly now: number;
};

export const RunRow = memo(function RunRow(props: RunRowProps): ReactElement {
  const { run } = props;
  const { color } = runStyle(run.number);
  return (
    <>
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
        <SecondLine
          run={run}
          now={props.now}
          columns={props.columns}
          showsExperiment={props.showsExperiment}
        />
        {run.found !== null && <Hit hit={run.found} />}
      </span>
      <Score {...props} color={color} />
    </>
  );
});

function SecondLine(props: {
  readonly run: Row;
  readonly now: number;
  readonly columns: readonly ShownColumn[];
  readonly showsExperiment: boolean;
}): ReactElement {
  const { run, now, columns, showsExperiment } = props;
  const trans = useTrans();
  const locale = useLocale();
  const span = trans.__(
    'Spent %1 executing; started %2',
    formatDuration(run.duration_ms, trans),
    formatMoment(run.started_at, locale)
  );
  return (
    <span className="jp-trackbook-line">
      {showsExperiment && (
        <span
          className="jp-trackbook-experiment"
          dir="auto"
          title={run.notebook_path ?? trans.__('untitled kernel session')}
        >
          {run.experiment}
        </span>
      )}
      {columns.length === 0 ? (
        <ParamChips params={run.params} />
      ) : (
        <ColumnChips run={run} columns={columns} />
      )}
      <span className="jp-trackbook-when" title={span}>
        <span className="jp-trackbook-duration">
          {formatDuration(run.duration_ms, trans)}
          {' · '}
        </span>
        {formatAge(run.started_at, now, trans, locale)}
      </span>
    </span>
  );
}

function Score(props: RunRowProps & { readonly color: string }): ReactElement {
  const { run, format = formatNumber, showsMetricKey, color } = props;
  const trans = useTrans();
  const second = secondMetric(run, props.columns);
  const metric = run.main_metric;
  if (run.status === 'failed' || metric === null) {
    return (
      <span role="gridcell" className="jp-trackbook-score">
        <span className="jp-trackbook-value">
          {metric === null ? NO_VALUE : format(metric.value)}
        </span>
        {hasRaised(run) && (
          <span className="jp-trackbook-error" title={run.error ?? undefined}>
            {errorName(run.error) ?? trans.__('failed')}
          </span>
        )}
        {metric === null && run.status === 'running' && (
          <span className="jp-trackbook-faint">
            {trans.__('no result yet')}
          </span>
        )}
      </span>
    );
  }
  return (
    <span
      role="gridcell"
      className="jp-trackbook-score jp-mod-line"
      title={describeMetric(metric, format)}
    >
      <Sparkline values={metric.sparkline} color={color} />
      <span className="jp-trackbook-numbers">
        <span className="jp-trackbook-line">
          {showsMetricKey && (
            <span className="jp-trackbook-metric-key">{metric.key}</span>
          )}{' '}
          <span className="jp-trackbook-value">{format(metric.value)}</span>
          {metric.std !== null && (
            <span className="jp-trackbook-deviation">
              {formatDeviation(metric.std, format)}
            </span>
          )}
        </span>
        {second !== undefined && <SecondValue run={run} column={second} />}
        {second === undefined && metric.change !== null && (
          <span
            className={`jp-trackbook-change jp-mod-${toneOf(metric.better)}`}
          >
            {formatChange(metric.change, format)}
          </span>
        )}
      </span>
    </span>
  );
}

/** The metric among the chosen columns that stands below the main one. */
function secondMetric(
  run: Row,
  columns: readonly ShownColumn[]
): ShownColumn | undefined {
  return columns.find(
    ({ name }) =>
      name.startsWith('metric:') && name !== `metric:${run.main_metric?.key}`
  );
}

function SecondValue(props: {
  readonly run: Row;
  readonly column: ShownColumn;
}): ReactElement {
  const { run, column } = props;
  const { key } = columnOf(column.name);
  const text = column.format(cellOf(run, column.name)) || NO_VALUE;
  return (
    <span className="jp-trackbook-line" title={`${key} = ${text}`}>
      <span className="jp-trackbook-metric-key">{key}</span>{' '}
      <span className="jp-trackbook-change jp-mod-neutral">{text}</span>
    </span>
  );
}

/** The other chosen columns, those that the run has something in. */
function ColumnChips(props: {
  readonly run: Row;
  readonly columns: readonly ShownColumn[];
}): ReactElement {
  const { run, columns } = props;
  const trans = useTrans();
  const changed = new Set(
    run.params.filter(param => param.changed).map(param => param.key)
  );
  const second = secondMetric(run, columns)?.name;
  return (
    <span className="jp-trackbook-chips">
      {columns.map(({ name, format }) => {
        const text = format(cellOf(run, name));
        if (text === '' || name === second) {
          return null;
        }
        const { kind, key } = columnOf(name);
        const title = columnTitle(name, trans);
        const isChanged = kind === 'param' && changed.has(key);
        return (
          <span
            key={name}
            className={`jp-trackbook-chip${isChanged ? ' jp-mod-changed' : ''}`}
            title={`${title} = ${text}`}
          >
            {kind === 'attribute' ? '' : `${shortKey(key)} `}
            {text}
          </span>
        );
      })}
    </span>
  );
}

export function describeMetric(
  metric: MainMetric,
  format: NumberFormat
): string {
  const change =
    metric.change === null ? '' : ` (${formatChange(metric.change, format)})`;
  const deviation =
    metric.std === null ? '' : ` ${formatDeviation(metric.std, format)}`;
  return `${metric.key} = ${format(metric.value)}${deviation}${change}`;
}

/** An open run can still be mended; that its last cell raised is news all the same. */
export function hasRaised(run: Row): boolean {
  return (
    run.status === 'failed' || (run.status === 'open' && run.error !== null)
  );
}

/** The class of an error that reads "ValueError: …". */
export function errorName(error: string | null): string | null {
  return error?.split(':', 1)[0]?.trim() || null;
}
