import { describe, expect, it } from 'vitest';

import { trans } from '../tests/samples';
import {
  columnFormat,
  formatAge,
  formatChange,
  formatDay,
  formatDuration,
  formatNumber,
  formatValue
} from './format';

describe('a column of numbers', () => {
  it('has the same precision all the way down', () => {
    const format = columnFormat([0.9688, 0.9, 1]);
    expect([0.9688, 0.9, 1].map(format)).toEqual([
      '0.9688',
      '0.9000',
      '1.0000'
    ]);
  });

  it('has no decimals where all are whole', () => {
    expect([3, 1200].map(columnFormat([3, 1200]))).toEqual(['3', '1200']);
  });

  it('keeps four digits of what is small', () => {
    expect(formatNumber(0.01234)).toBe('0.01234');
    expect(formatNumber(0.0000123)).toBe('1.230e-05');
  });

  it('does not show decimals that large numbers drown', () => {
    expect([1234.567, 2.5].map(columnFormat([1234.567, 2.5]))).toEqual([
      '1234.6',
      '2.5'
    ]);
  });

  it('says what is no number', () => {
    const format = columnFormat(['NaN', 0.5]);
    expect(['NaN', 'Infinity', '-Infinity'].map(format)).toEqual([
      'NaN',
      '∞',
      '−∞'
    ]);
  });

  it('writes no minus before zero', () => {
    expect(columnFormat([0.5])(-0.000001)).toBe('0.0000');
  });
});

describe('a change', () => {
  const format = columnFormat([0.9]);

  it('carries its sign', () => {
    expect(formatChange(0.0128, format)).toBe('+0.0128');
    expect(formatChange(-0.0043, format)).toBe('−0.0043');
    expect(formatChange(0, format)).toBe('±0.0000');
  });

  it('is not rounded away', () => {
    expect(formatChange(-0.000002, format)).toBe('−2.000e-06');
  });
});

describe('a param’s value', () => {
  it('reads as in Python', () => {
    expect(
      [true, null, 'adam', 0.1 + 0.2, -3, [1, 2]].map(formatValue)
    ).toEqual(['True', 'None', 'adam', '0.3', '−3', '[1,2]']);
  });

  it('has an exponent where Python writes one', () => {
    expect([1e-5, 0.0001, -2.5e-7, 1e16].map(formatValue)).toEqual([
      '1e-05',
      '0.0001',
      '−2.5e-07',
      '1e+16'
    ]);
  });
});

describe('time', () => {
  it('is spent in at most two units', () => {
    const spans = [3, 400, 18_000, 72_000, 3_960_000, 190_000_000];
    expect(spans.map(ms => formatDuration(ms, trans))).toEqual([
      '3 ms',
      '0.4 s',
      '18 s',
      '1 min 12 s',
      '1 h 6 min',
      '2 d 4 h'
    ]);
  });

  it('never says sixty seconds', () => {
    expect(formatDuration(59_700, trans)).toBe('1 min');
  });

  it('passes in one unit', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    const ages = [
      '2026-11-23T11:59:30Z',
      '2026-11-23T11:56:00Z',
      '2026-11-22T09:00:00Z'
    ];
    expect(ages.map(at => formatAge(at, now, trans))).toEqual([
      'now',
      '4 min',
      '1 d'
    ]);
    expect(formatAge('2025-01-14T12:00:00Z', now, trans, 'en-GB')).toBe(
      '14 Jan 2025'
    );
  });

  it('names the days next to today', () => {
    const now = new Date(2026, 10, 23, 12).getTime();
    const at = (day: number): string =>
      new Date(2026, 10, day, 8).toISOString();
    expect(
      [23, 22, 14].map(day => formatDay(at(day), now, trans, 'en-GB'))
    ).toEqual(['Today', 'Yesterday', '14 Nov']);
  });
});
