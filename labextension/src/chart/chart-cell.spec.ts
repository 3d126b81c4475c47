import { expect, it } from 'vitest';

import { barsCell, linesCell, parallelCell, scatterCell } from './chart-cell';
import { CHART_SETTINGS } from './chart-settings';
import { BAR_SETTINGS } from './panel-settings';

it('draws the runs of the panel with its axes and smoothing', () => {
  expect(
    linesCell(
      'val "acc"',
      [
        { runId: 'r1', name: 'lr 0.1' },
        { runId: 'r2', name: 'one\nimport os' }
      ],
      {
        ...CHART_SETTINGS,
        xAxis: 'relative',
        logY: true,
        smoothing: { method: 'ema', amount: 0.6 }
      }
    )
  ).toBe(
    [
      'import trackbook',
      '',
      'trackbook.chart(',
      '    "val \\"acc\\"",',
      '    [',
      '        "r1",  # lr 0.1',
      '        "r2",  # one import os',
      '    ],',
      '    x="relative",',
      '    log_y=True,',
      '    smoothing=0.6,',
      ')'
    ].join('\n')
  );
});

it('leaves out what is as usual, and what a cell has no word for', () => {
  const settings = {
    ...CHART_SETTINGS,
    xAxis: 'metric',
    xMetric: 'tokens',
    smoothing: { method: 'mean', amount: 0.6 }
  } as const;
  expect(linesCell('loss', [{ runId: 'r1', name: '' }], settings)).toMatch(
    /\[\n {8}"r1",\n {4}\],\n\)$/
  );
});

const RUNS = [{ runId: 'r1', name: 'one' }];
const HEAD = ['import trackbook', '', 'trackbook.chart('];

it('draws bars with the value that stands for a run, in groups', () => {
  const settings = {
    ...BAR_SETTINGS,
    value: 'best',
    groupBy: 'batch "size"',
    spread: 'deviation',
    log: true
  } as const;
  expect(barsCell('loss', RUNS, settings, 'lower').split('\n')).toEqual([
    ...HEAD,
    '    "loss",',
    '    [',
    '        "r1",  # one',
    '    ],',
    '    kind="bars",',
    '    value="min",',
    '    group_by="batch \\"size\\"",',
    '    spread="deviation",',
    '    log_x=True,',
    ')'
  ]);
});

it('draws a scatter and parallel coordinates over params and metrics', () => {
  const lr = { of: 'param', key: 'lr' } as const;
  const acc = { of: 'metric', key: 'acc' } as const;
  const look = { logX: true, logY: false, trend: false };
  expect(scatterCell(lr, acc, RUNS, look)).toContain(
    [
      '    kind="scatter",',
      '    x="params.lr",',
      '    log_x=True,',
      '    trend=False,'
    ].join('\n')
  );
  expect(scatterCell(lr, acc, RUNS, look)).toContain('(\n    "metrics.acc",\n');
  const axes = [
    { ...lr, log: true, flipped: false, brush: null },
    { ...acc, log: false, flipped: true, brush: null }
  ];
  expect(parallelCell(axes, RUNS, null)).toContain(
    [
      '    kind="parallel",',
      '    axes=["params.lr", "metrics.acc"],',
      '    log_axes=["params.lr"],',
      '    flipped_axes=["metrics.acc"],'
    ].join('\n')
  );
  expect(parallelCell(axes, RUNS, null)).toContain('(\n    None,\n');
  expect(parallelCell(axes, RUNS, 'acc')).toContain('(\n    "acc",\n');
});
