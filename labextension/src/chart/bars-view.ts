/**
 * What a panel of bars shows, and the same in words and as a table.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { columnFormat, formatDeviation, toNumber } from '../format';
import { groupsOf, sortedByValue } from '../plot/bars';
import type { ValuedGroup, ValuedRun } from '../plot/bars';
import { measureOf } from '../plot/measure';
import type { Row } from '../plot/row-scene';
import type { BarSettings } from './panel-settings';
import { barValue } from './quantities';
import type { Direction } from './quantities';
import type { PlotItem } from './run-plot';
import type { DrawnRun } from './use-charted-runs';
import type { ValueTable } from './value-table';

export type BarsView = {
  readonly rows: readonly Row[];
  readonly items: readonly PlotItem[];
  readonly table: ValueTable;
  /** So many runs have no number for the metric. */
  readonly without: number;
};

export function barsView(
  runs: readonly DrawnRun[],
  metric: string,
  direction: Direction,
  settings: BarSettings,
  trans: TranslationBundle
): BarsView {
  const valued: readonly ValuedRun[] = runs.map(run => ({
    runId: run.run_id,
    name: run.name,
    color: run.style.color,
    value: valueOf(run, metric, direction, settings)
  }));
  const there = valued.filter(run => !Number.isNaN(run.value));
  const without = valued.length - there.length;
  const format = columnFormat(there.map(run => run.value));
  const sorted = <R extends { readonly value: number }>(
    rows: readonly R[]
  ): readonly R[] =>
    settings.sort === 'value' ? sortedByValue(rows, direction) : rows;

  const { groupBy } = settings;
  if (groupBy === null) {
    const ordered = sorted(there);
    return {
      rows: ordered.map(run => ({
        key: run.runId,
        name: run.name,
        color: run.color,
        value: run.value,
        spread: null,
        note: format(run.value)
      })),
      items: ordered.map(run => ({
        key: run.runId,
        runIds: [run.runId],
        name: run.name,
        color: run.color,
        facts: [[metric, format(run.value)]]
      })),
      table: {
        head: trans.__('Run'),
        names: ordered.map(run => run.name),
        colors: ordered.map(run => run.color),
        columns: [{ name: metric, values: ordered.map(run => run.value) }]
      },
      without
    };
  }

  const places = measureOf(
    runs.map(run => run.params[groupBy]),
    true
  );
  const groups = sorted(
    groupsOf(
      valued,
      places.values,
      place =>
        Number.isNaN(place)
          ? trans.__('without %1', groupBy)
          : `${groupBy} ${places.write(place)}`,
      settings.spread
    ).map(group => ({ ...group, value: group.mean }))
  );
  const spread = (group: ValuedGroup): string =>
    group.spread === null
      ? ''
      : settings.spread === 'deviation'
        ? ` ${formatDeviation(group.deviation, format)}`
        : ` (${format(group.spread[0])}–${format(group.spread[1])})`;
  const count = ({ runs: members }: ValuedGroup): string =>
    trans.__('n = %1', members.length);
  return {
    rows: groups.map(group => ({
      key: group.key,
      name: group.name,
      color: null,
      value: group.mean,
      spread: group.spread,
      note: `${format(group.mean)}, ${count(group)}`,
      parts: group.runs.map(run => ({
        key: run.runId,
        color: run.color,
        value: run.value
      }))
    })),
    items: groups.map(group => ({
      key: group.key,
      runIds: group.runs.map(run => run.runId),
      name: `${group.name}, ${count(group)}`,
      color: null,
      facts: [
        [trans.__('mean'), `${format(group.mean)}${spread(group)}`],
        ...group.runs.map(run => [run.name, format(run.value)] as const)
      ]
    })),
    table: groupTable(groups, metric, groupBy, trans),
    without
  };
}

function groupTable(
  groups: readonly ValuedGroup[],
  metric: string,
  groupBy: string,
  trans: TranslationBundle
): ValueTable {
  const of = (value: (group: ValuedGroup) => number): (number | null)[] =>
    groups.map(value).map(one => (Number.isNaN(one) ? null : one));
  const values = (group: ValuedGroup): number[] =>
    group.runs.map(run => run.value);
  return {
    head: groupBy,
    names: groups.map(group => group.name),
    colors: groups.map(() => null),
    columns: [
      { name: trans.__('runs'), values: of(group => group.runs.length) },
      { name: trans.__('mean of %1', metric), values: of(group => group.mean) },
      {
        name: trans.__('standard deviation'),
        values: of(group => group.deviation)
      },
      { name: trans.__('least'), values: of(one => Math.min(...values(one))) },
      {
        name: trans.__('greatest'),
        values: of(one => Math.max(...values(one)))
      }
    ]
  };
}

/** NaN where the run has no finite number for the metric. */
function valueOf(
  { metrics }: DrawnRun,
  metric: string,
  direction: Direction,
  settings: BarSettings
): number {
  const known = metrics[metric];
  if (known === undefined) {
    return NaN;
  }
  const { last, min, max } = known;
  const best = direction === 'lower' ? min : max;
  const value = { last, min, max, best }[barValue(settings, direction)];
  const number = toNumber(value);
  return Number.isFinite(number) ? number : NaN;
}
