import { describe, expect, it } from 'vitest';

import { makeComparison } from '../../tests/comparison';
import { makeMetric, makeRun } from '../../tests/views';
import { toCsv, toMarkdown } from './export';
import { orderedRuns, withBaseline } from './order';
import { bestColumns } from './sections';

describe('bestColumns', () => {
  it('follows the direction', () => {
    expect([...bestColumns([0.1, 0.3, 0.2], 'higher')]).toEqual([1]);
    expect([...bestColumns([0.1, 0.3, 0.2], 'lower')]).toEqual([0]);
  });

  it('marks all that share the best value, but none where all are alike', () => {
    expect([...bestColumns([1, 1, 0], 'higher')]).toEqual([0, 1]);
    expect([...bestColumns([1, 1], 'higher')]).toEqual([]);
  });

  it('takes no NaN and no missing value for the best', () => {
    expect([...bestColumns(['NaN', 0.5, null, 0.7], 'lower')]).toEqual([1]);
    expect([...bestColumns([0.5, 0.7], null)]).toEqual([]);
  });
});

describe('withBaseline', () => {
  it('puts the baseline in front and keeps the others’ order', () => {
    expect(withBaseline(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  });
});

describe('orderedRuns', () => {
  const runs = [0.8, 0.7, 0.9].map((last, index) =>
    makeRun({
      run_id: `r${index}`,
      duration_ms: 100 - index,
      metric_list: [makeMetric({ last })]
    })
  );
  const comparison = makeComparison(runs, {
    metrics: [
      {
        key: 'acc',
        values: [0.8, null, 0.9],
        present: [true, false, true],
        differs: true,
        direction: 'higher',
        deviations: [null, null, null]
      }
    ]
  });

  it('keeps the baseline in front and puts the best next to it', () => {
    expect(orderedRuns(comparison, 'metric:acc')).toEqual([0, 2, 1]);
    expect(orderedRuns(comparison, 'duration')).toEqual([0, 2, 1]);
    expect(orderedRuns(comparison, 'selected')).toEqual([0, 1, 2]);
    expect(orderedRuns(comparison, 'metric:gone')).toEqual([0, 1, 2]);
  });
});

describe('a comparison as text', () => {
  const table = {
    head: ['', '=HYPERLINK("x")'],
    rows: [
      ['lr|x', '−0.5'],
      ['note', 'a, "b"\nc']
    ]
  };

  it('is CSV of which a spreadsheet executes nothing', () => {
    expect(toCsv(table)).toBe(
      ',"\'=HYPERLINK(""x"")"\r\nlr|x,-0.5\r\nnote,"a, ""b""\nc"\r\n'
    );
  });

  it('is a Markdown table whose cells stay what they are', () => {
    expect(toMarkdown(table)).toBe(
      '|  | =HYPERLINK("x") |\n| --- | ---: |\n| lr\\|x | −0.5 |\n| note | a, "b" c |'
    );
  });
});
