/**
 * What parallel coordinates show, and the same in words and as a table.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChartSubject } from '../contract';
import { dashPixels } from '../plot/dash';
import { canBeLog, hasPlace, suitsLog } from '../plot/measure-axis';
import type { Measure } from '../plot/measure';
import { passing } from '../plot/parallel-scene';
import type { Parallel } from '../plot/parallel-scene';
import { rampColor, rampWidth, sharesOf } from '../plot/ramp';
import type {
  ParallelAxis,
  ParallelSettings,
  Quantity
} from './panel-settings';
import { measureRuns, suggestedLineup } from './quantities';
import type { PlotItem } from './run-plot';
import { columnOf } from './scatter-view';
import type { DrawnRun } from './use-charted-runs';
import type { ValueTable } from './value-table';

export type ParallelView = {
  readonly parallel: Parallel;
  /** Those that come through the brushes. */
  readonly through: readonly DrawnRun[];
  readonly isBrushed: boolean;
  readonly items: readonly PlotItem[];
  readonly table: ValueTable;
  readonly notes: readonly string[];
};

/** An axis with what the runs have on it. */
export type MeasuredAxis = ParallelAxis & { readonly measure: Measure };

const WIDTH = 1.6;
/** Of more runs some share colour and dash: then dashes only take time. */
const MOST_DASHED = 24;

/** What was chosen, else what suggests itself. */
export function axesOf(
  settings: ParallelSettings,
  subject: ChartSubject
): readonly ParallelAxis[] {
  return (
    settings.axes ??
    suggestedLineup(subject).map(quantity => newAxis(quantity, subject))
  );
}

/** Logarithmic where that suits the values of a param. */
export function newAxis(
  quantity: Quantity,
  { runs }: ChartSubject
): ParallelAxis {
  const log = suitsLog(measureRuns(runs, quantity));
  return { ...quantity, log, flipped: false, brush: null };
}

export function measured(
  runs: readonly DrawnRun[],
  axes: readonly ParallelAxis[]
): readonly MeasuredAxis[] {
  return axes.map(axis => {
    const measure = measureRuns(runs, axis);
    return { ...axis, measure, log: axis.log && canBeLog(measure) };
  });
}

export function parallelView(
  runs: readonly DrawnRun[],
  axes: readonly MeasuredAxis[],
  colorBy: string | null,
  trans: TranslationBundle
): ParallelView {
  const shades =
    colorBy === null ? null : measureRuns(runs, { of: 'metric', key: colorBy });
  const shares = shades === null ? null : sharesOf(shades.values);
  const titled = axes.map(axis => ({ ...axis, title: axis.key }));
  const parallel: Parallel = {
    axes: titled,
    lines: runs.map((run, index) => {
      const share = shares?.[index];
      return share === undefined
        ? {
            key: run.run_id,
            color: run.style.color,
            width: WIDTH,
            dash: runs.length > MOST_DASHED ? [] : dashPixels(run.style.dash)
          }
        : {
            key: run.run_id,
            color: rampColor(share),
            width: rampWidth(share),
            dash: []
          };
    }),
    ramp:
      shades === null || colorBy === null
        ? null
        : {
            title: colorBy,
            least: shades.write(endOf(shades, Math.min)),
            greatest: shades.write(endOf(shades, Math.max))
          }
  };
  const comes = passing(parallel);
  const shown = runs
    .map((run, index) => ({ run, index }))
    .filter(({ index }) => comes[index] === true);
  return {
    parallel,
    through: shown.map(({ run }) => run),
    isBrushed: axes.some(axis => axis.brush !== null),
    items: shown.map(({ run, index }) => ({
      key: run.run_id,
      runIds: [run.run_id],
      name: run.name,
      color: parallel.lines[index]?.color ?? null,
      facts: axes.map(
        ({ key, measure }) =>
          [key, measure.write(measure.values[index] ?? NaN)] as const
      )
    })),
    table: {
      head: trans.__('Run'),
      names: shown.map(({ run }) => run.name),
      colors: shown.map(({ run }) => run.style.color),
      columns: titled.map(columnOf).map(column => ({
        ...column,
        values: shown.map(({ index }) => column.values[index] ?? null)
      }))
    },
    notes: notesOf(axes, trans)
  };
}

function notesOf(
  axes: readonly MeasuredAxis[],
  trans: TranslationBundle
): string[] {
  return axes.flatMap(({ key, measure, log }) => {
    const below = measure.values.filter(
      value => !Number.isNaN(value) && !hasPlace(value, log)
    ).length;
    return below === 0
      ? []
      : [
          trans.__(
            '%1 at or below zero has no place on a logarithmic axis, and counts as none (%2).',
            key,
            below
          )
        ];
  });
}

function endOf(
  { values }: Measure,
  choose: (...values: number[]) => number
): number {
  const there = values.filter(value => !Number.isNaN(value));
  return there.length === 0 ? NaN : choose(...there);
}
