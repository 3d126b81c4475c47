/**
 * What a scatter shows, and the same in words and as a table.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Measure } from '../plot/measure';
import { canBeLog, suitsLog } from '../plot/measure-axis';
import { makeScatter } from '../plot/scatter-scene';
import type { Scatter, ScatterAxis } from '../plot/scatter-scene';
import type { Trend } from '../plot/trend';
import type { Quantity, ScatterSettings } from './panel-settings';
import { measureRuns } from './quantities';
import type { PlotItem } from './run-plot';
import type { DrawnRun } from './use-charted-runs';
import type { TableColumn, ValueTable } from './value-table';

export type ScatterView = {
  readonly scatter: Scatter;
  readonly items: readonly PlotItem[];
  readonly table: ValueTable;
  readonly notes: readonly string[];
};

export function scatterView(
  runs: readonly DrawnRun[],
  x: Quantity | null,
  y: Quantity | null,
  settings: ScatterSettings,
  trans: TranslationBundle
): ScatterView {
  const axis = (
    quantity: Quantity | null,
    log: boolean | null
  ): ScatterAxis => {
    const measure = measureRuns(runs, quantity);
    return {
      title: quantity?.key ?? '',
      measure,
      log: log === null ? suitsLog(measure) : log && canBeLog(measure)
    };
  };
  const across = axis(x, settings.logX);
  const up = axis(y, settings.logY);
  const scatter = makeScatter(
    runs.map(run => ({ key: run.run_id, color: run.style.color })),
    across,
    up
  );
  const drawn = new Set(scatter.points.map(point => point.key));
  const order = runs
    .map((run, index) => ({
      run,
      at: across.measure.values[index] ?? NaN,
      index
    }))
    .filter(({ run }) => drawn.has(run.run_id))
    .sort((a, b) => a.at - b.at);
  return {
    scatter,
    items: order.map(({ run, index }) => ({
      key: run.run_id,
      runIds: [run.run_id],
      name: run.name,
      color: run.style.color,
      facts: [across, up].map(
        ({ title, measure }) =>
          [title, measure.write(measure.values[index] ?? NaN)] as const
      )
    })),
    table: {
      head: trans.__('Run'),
      names: runs.map(run => run.name),
      colors: runs.map(run => run.style.color),
      columns: [across, up].map(columnOf)
    },
    notes: notesOf(scatter, runs.length, settings.trend, trans)
  };
}

/** A measure as a column of a table: words as words, numbers as numbers. */
export function columnOf(axis: {
  readonly title: string;
  readonly measure: Measure;
}): TableColumn {
  const { values, words, write } = axis.measure;
  return {
    name: axis.title,
    write,
    values: values.map(value =>
      Number.isNaN(value) ? null : words === null ? value : write(value)
    )
  };
}

function notesOf(
  { x, y, points, trend }: Scatter,
  all: number,
  withTrend: boolean,
  trans: TranslationBundle
): string[] {
  const notes: string[] = [];
  if (withTrend) {
    const words = [x, y].find(({ measure }) => measure.words !== null);
    if (trend !== null) {
      const logs = [x, y].filter(axis => axis.log).map(axis => axis.title);
      notes.push(trendWords(trend, logs, trans));
    } else if (words !== undefined) {
      notes.push(trans.__('No trend: %1 is made of words.', words.title));
    } else if (points.length < 3) {
      notes.push(trans.__('No trend: it takes three runs or more.'));
    } else {
      notes.push(trans.__('No trend: one of both is the same in all runs.'));
    }
  }
  const without = all - points.length;
  if (without > 0) {
    notes.push(
      trans._n(
        'One run has no place on both axes.',
        '%1 runs have no place on both axes.',
        without,
        without
      )
    );
  }
  return notes;
}

/** How well a line fits; few runs prove little, which is why their number stands there. */
function trendWords(
  { r2, rho, count, slope }: Trend,
  logs: readonly string[],
  trans: TranslationBundle
): string {
  const direction =
    slope > 0
      ? trans.__('rising')
      : slope < 0
        ? trans.__('falling')
        : trans.__('level');
  const line =
    logs.length > 0
      ? trans.__('Trend (%1, logarithm of %2)', direction, logs.join(', '))
      : trans.__('Trend (%1)', direction);
  return trans.__(
    '%1: r² %2, Spearman’s ρ %3, n = %4.',
    line,
    r2.toFixed(2),
    rho.toFixed(2).replace('-', '\u2212'),
    count
  );
}
