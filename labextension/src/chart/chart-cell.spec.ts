import { expect, it } from 'vitest';

import { chartCell } from './chart-cell';
import { CHART_SETTINGS } from './chart-settings';

it('draws the runs of the panel with its axes and smoothing', () => {
  expect(
    chartCell(
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
  expect(chartCell('loss', [{ runId: 'r1', name: '' }], settings)).toMatch(
    /\[\n {8}"r1",\n {4}\],\n\)$/
  );
});
