import { describe, expect, it } from 'vitest';

import { makeHistory } from '../tests/views';
import { buildFigure, localTime, omissions, plainText } from './plot';
import type { FigureOptions, PlotTheme, Series } from './plot';

const THEME: PlotTheme = {
  background: 'rgba(0, 0, 0, 0)',
  text: 'rgb(1, 1, 1)',
  muted: 'rgb(2, 2, 2)',
  grid: 'rgb(3, 3, 3)',
  hover: 'rgb(4, 4, 4)',
  hoverBorder: 'rgb(5, 5, 5)',
  font: 'sans-serif',
  fontSize: 11
};

const OPTIONS: FigureOptions = {
  xAxis: 'step',
  logY: false,
  hidden: new Set(),
  highlighted: null,
  labels: { step: 'step', wall: '' }
};

function series(
  values: readonly (number | string)[],
  part: Partial<Series> = {}
): Series {
  return {
    runId: 'r1',
    name: 'lr 0.003',
    color: '#0072b2',
    dash: 'solid',
    startedAt: null,
    history: makeHistory(values),
    ...part
  };
}

describe('buildFigure', () => {
  it('draws a run in its colour and dash, by step', () => {
    const figure = buildFigure(
      [series([0.1, 0.2], { dash: 'dot' })],
      THEME,
      OPTIONS
    );
    const trace = figure.data[0];
    expect(figure.kind).toBe('lines');
    expect(trace?.x).toEqual([0, 1]);
    expect(trace?.y).toEqual([0.1, 0.2]);
    expect(trace?.line).toMatchObject({ color: '#0072b2', dash: 'dot' });
  });

  it('leaves a gap where a value is no finite number', () => {
    const figure = buildFigure(
      [series([1, 'NaN', 3, 'Infinity', '-Infinity', 4, 5])],
      THEME,
      OPTIONS
    );
    expect(figure.data[0]?.y).toEqual([1, null, 3, null, null, 4, 5]);
    expect(figure.data[0]?.connectgaps).toBe(false);
  });

  it('marks a point that stands alone between gaps, and no other', () => {
    const trace = buildFigure([series([1, 2, 'NaN', 3, 'NaN'])], THEME, OPTIONS)
      .data[0];
    expect(trace?.mode).toBe('lines+markers');
    expect(trace?.marker.size).toEqual([0, 0, 0, 7, 0]);
  });

  it('draws a single point beside a line as a marker', () => {
    const figure = buildFigure(
      [series([1, 2, 3]), series([2], { runId: 'r2' })],
      THEME,
      OPTIONS
    );
    expect(figure.data.map(trace => trace.mode)).toEqual(['lines', 'markers']);
  });

  it('draws dots in rows, the first run on top, where each run has one value', () => {
    const figure = buildFigure(
      [series([0.9]), series([0.8], { runId: 'r2', name: 'C 10' })],
      THEME,
      OPTIONS
    );
    expect(figure.kind).toBe('dots');
    expect(figure.data.map(({ x, y }) => [x[0], y[0]])).toEqual([
      [0.9, 0],
      [0.8, 1]
    ]);
    expect(figure.layout.yaxis.range).toEqual([1.5, -0.5]);
  });

  it('keeps the zoom while points come, and drops it with another axis', () => {
    const revision = (values: number[], options: FigureOptions): string =>
      buildFigure([series(values)], THEME, options).layout.uirevision;
    expect(revision([1, 2], OPTIONS)).toBe(revision([1, 2, 3], OPTIONS));
    expect(revision([1, 2], { ...OPTIONS, logY: true })).not.toBe(
      revision([1, 2], OPTIONS)
    );
    expect(revision([1, 2], { ...OPTIONS, xAxis: 'wall' })).not.toBe(
      revision([1, 2], OPTIONS)
    );
  });

  it('takes points at or below zero off a logarithmic axis', () => {
    const figure = buildFigure([series([1, 0, -1, 2])], THEME, {
      ...OPTIONS,
      logY: true
    });
    expect(figure.layout.yaxis.type).toBe('log');
    expect(figure.data[0]?.y).toEqual([1, null, null, 2]);
  });

  it('counts relative time from the run’s start, in a unit that fits', () => {
    const history = makeHistory([1, 2], { times_ms: [60_000, 600_000] });
    const figure = buildFigure(
      [series([], { history, startedAt: '1970-01-01T00:00:00.000000Z' })],
      THEME,
      { ...OPTIONS, xAxis: 'relative' }
    );
    expect(figure.data[0]?.x).toEqual([1, 10]);
    expect(figure.layout.xaxis.title.text).toBe('min');
  });

  it('writes wall time as the local time of day', () => {
    const moment = new Date(2026, 0, 2, 15, 4, 5, 678);
    expect(localTime(moment.getTime())).toBe('2026-01-02T15:04:05.678');
  });

  it('shows names as text, whatever they hold', () => {
    const figure = buildFigure(
      [series([1, 2], { name: '<b>x</b> & <a href="y">%{y}</a>' })],
      THEME,
      OPTIONS
    );
    expect(figure.data[0]?.name).toBe(
      '&lt;b&gt;x&lt;/b&gt; &amp; &lt;a href="y"&gt;%{y}&lt;/a&gt;'
    );
    expect(figure.data[0]?.hovertemplate).not.toContain('href');
    expect(plainText('&lt;')).toBe('&amp;lt;');
  });

  it('hides a run that is switched off, and dims those beside the one pointed at', () => {
    const figure = buildFigure(
      [
        series([1, 2]),
        series([1, 2], { runId: 'r2' }),
        series([1, 2], { runId: 'r3' })
      ],
      THEME,
      { ...OPTIONS, hidden: new Set(['r3']), highlighted: 'r1' }
    );
    expect(figure.data.map(trace => trace.visible)).toEqual([
      true,
      true,
      false
    ]);
    expect(figure.data.map(trace => trace.opacity < 1)).toEqual([
      false,
      true,
      true
    ]);
  });

  it('takes its colours from the theme', () => {
    const { layout } = buildFigure([series([1, 2])], THEME, OPTIONS);
    expect(layout.yaxis.gridcolor).toBe(THEME.grid);
    expect(layout.font.color).toBe(THEME.muted);
    expect(layout.hoverlabel.font.color).toBe(THEME.text);
  });
});

describe('omissions', () => {
  it('counts what is not drawn, and leaves out runs that are switched off', () => {
    const sampled = makeHistory([1, 'NaN', -1], { sampled: true, total: 9000 });
    const all = [
      series([], { history: sampled }),
      series(['NaN'], { runId: 'r2' })
    ];
    expect(omissions(all, { logY: true, hidden: new Set(['r2']) })).toEqual({
      notFinite: 1,
      notPositive: 1,
      sampled: { shown: 3, total: 9000 }
    });
  });

  it('says nothing of sampling where all points are shown', () => {
    const found = omissions([series([1, 2])], {
      logY: false,
      hidden: new Set()
    });
    expect(found).toEqual({ notFinite: 0, notPositive: 0, sampled: null });
  });
});
