/**
 * The code that draws a chart in a notebook, as far as `trackbook.chart` can. Pure.
 */
import type { ChartSettings } from './chart-settings';
import type { BarSettings, ParallelAxis, Quantity } from './panel-settings';
import { barValue } from './quantities';
import type { Direction } from './quantities';

type NamedRun = { readonly runId: string; readonly name: string };

/** The lines of a cell that draws a metric of runs, with these settings. */
export function linesCell(
  metric: string,
  runs: readonly NamedRun[],
  { xAxis, logX, logY, smoothing }: ChartSettings
): string {
  return call(quoted(metric), runs, [
    xAxis === 'relative' || xAxis === 'wall' ? `x=${quoted(xAxis)}` : null,
    logX ? 'log_x=True' : null,
    logY ? 'log_y=True' : null,
    smoothing.amount > 0 && smoothing.method === 'ema'
      ? `smoothing=${smoothing.amount}`
      : null
  ]);
}

/** Of bars; the runs come in the order of theirs. */
export function barsCell(
  metric: string,
  runs: readonly NamedRun[],
  settings: BarSettings,
  direction: Direction
): string {
  const value = barValue(settings, direction);
  const least = direction === 'lower' ? 'min' : 'max';
  const stands = value === 'best' ? least : value;
  const { groupBy, log, spread } = settings;
  return call(quoted(metric), runs, [
    'kind="bars"',
    stands === 'last' ? null : `value=${quoted(stands)}`,
    groupBy === null ? null : `group_by=${quoted(groupBy)}`,
    groupBy === null || spread === 'range' ? null : 'spread="deviation"',
    log ? 'log_x=True' : null
  ]);
}

export function scatterCell(
  x: Quantity,
  y: Quantity,
  runs: readonly NamedRun[],
  look: {
    readonly logX: boolean;
    readonly logY: boolean;
    readonly trend: boolean;
  }
): string {
  return call(nameOf(y), runs, [
    'kind="scatter"',
    `x=${nameOf(x)}`,
    look.logX ? 'log_x=True' : null,
    look.logY ? 'log_y=True' : null,
    look.trend ? null : 'trend=False'
  ]);
}

/** Of parallel coordinates; the runs are those that come through the brushes. */
export function parallelCell(
  axes: readonly ParallelAxis[],
  runs: readonly NamedRun[],
  colorBy: string | null
): string {
  const some = (chosen: readonly ParallelAxis[]): string =>
    `[${chosen.map(nameOf).join(', ')}]`;
  const log = axes.filter(axis => axis.log);
  const flipped = axes.filter(axis => axis.flipped);
  return call(colorBy === null ? 'None' : quoted(colorBy), runs, [
    'kind="parallel"',
    `axes=${some(axes)}`,
    log.length === 0 ? null : `log_axes=${some(log)}`,
    flipped.length === 0 ? null : `flipped_axes=${some(flipped)}`
  ]);
}

function call(
  metric: string,
  runs: readonly NamedRun[],
  options: readonly (string | null)[]
): string {
  return [
    'import trackbook',
    '',
    'trackbook.chart(',
    `    ${metric},`,
    '    [',
    ...runs.map(run => `        ${quoted(run.runId)},${said(run.name)}`),
    '    ],',
    ...options
      .filter(option => option !== null)
      .map(option => `    ${option},`),
    ')'
  ].join('\n');
}

/** What names a param or a metric in `trackbook.chart`. */
function nameOf({ of, key }: Quantity): string {
  return quoted(`${of}s.${key}`);
}

/** As a string of Python, which reads what JSON escapes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A name as a comment: what would end its line is left out. */
function said(name: string): string {
  const plain = name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain === '' ? '' : `  # ${plain}`;
}
