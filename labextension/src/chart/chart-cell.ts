/**
 * The code that draws a chart in a notebook, as far as `trackbook.chart` can. Pure.
 */
import type { ChartSettings } from './chart-settings';
import type { ChartRun } from './series';

/** The lines of a cell that draws a metric of runs, with these settings. */
export function chartCell(
  metric: string,
  runs: readonly Pick<ChartRun, 'runId' | 'name'>[],
  settings: ChartSettings
): string {
  return [
    'import trackbook',
    '',
    'trackbook.chart(',
    `    ${quoted(metric)},`,
    '    [',
    ...runs.map(run => `        ${quoted(run.runId)},${said(run.name)}`),
    '    ],',
    ...optionsOf(settings).map(option => `    ${option},`),
    ')'
  ].join('\n');
}

function optionsOf(settings: ChartSettings): readonly string[] {
  const { xAxis, logX, logY, smoothing } = settings;
  return [
    ...(xAxis === 'relative' || xAxis === 'wall' ? [`x=${quoted(xAxis)}`] : []),
    ...(logX ? ['log_x=True'] : []),
    ...(logY ? ['log_y=True'] : []),
    ...(smoothing.amount > 0 && smoothing.method === 'ema'
      ? [`smoothing=${smoothing.amount}`]
      : [])
  ];
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
