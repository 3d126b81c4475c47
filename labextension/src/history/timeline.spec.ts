import { describe, expect, it } from 'vitest';

import { sampleMetric, sampleRow } from '../../tests/samples';
import type { NotebookRevision, RunRow } from '../contract';
import { makeResultLine, makeTimeline, refOf } from './timeline';

function revision(
  id: string,
  minute: number,
  runId: string | null = null
): NotebookRevision {
  return {
    revision_id: id,
    number: minute,
    moment: runId === null ? 'kept' : 'ended',
    captured_at: `2026-11-23T12:${String(minute).padStart(2, '0')}:30.000000Z`,
    notebook_path: 'churn.ipynb',
    cell_count: 3,
    redacted_count: 0,
    edited_count: null,
    run_id: runId,
    run_name: runId
  };
}

function scored(number: number, value: number): RunRow {
  return sampleRow(number, {
    main_metric: { ...sampleMetric(), key: 'acc', value, direction: 'higher' }
  });
}

describe('the timeline', () => {
  it('puts runs and what was kept in one row, a run with its last document', () => {
    const entries = makeTimeline({
      runs: [sampleRow(5), sampleRow(2)],
      revisions: [
        revision('late', 9),
        revision('second', 6, 'r5'),
        revision('first', 5, 'r5'),
        revision('between', 3)
      ],
      moreRuns: false,
      moreRevisions: false
    });
    expect(entries.map(refOf)).toEqual(['late', 'r5', 'between', 'r2']);
    expect(entries[1]?.revision?.revision_id).toBe('second');
    expect(entries[3]?.revision).toBeNull();
  });

  it('ends where one of the lists has more to come', () => {
    const entries = makeTimeline({
      runs: [sampleRow(5), sampleRow(4)],
      revisions: [revision('kept', 1)],
      moreRuns: true,
      moreRevisions: false
    });
    expect(entries.map(refOf)).toEqual(['r5', 'r4']);
  });

  it('draws the metric that most runs have, in the order of time', () => {
    const runs = [
      scored(4, 0.7),
      scored(3, 0.9),
      sampleRow(2, { main_metric: null }),
      scored(1, 0.5)
    ];
    const line = makeResultLine(
      makeTimeline({
        runs,
        revisions: [],
        moreRuns: false,
        moreRevisions: false
      })
    );
    expect(line?.key).toBe('acc');
    expect(line?.points.map(({ value }) => value)).toEqual([0.5, 0.9, 0.7]);
    expect(line?.points.map(({ isBest }) => isBest)).toEqual([
      false,
      true,
      false
    ]);
  });

  it('draws nothing of a single result', () => {
    const entries = makeTimeline({
      runs: [scored(1, 0.5)],
      revisions: [],
      moreRuns: false,
      moreRevisions: false
    });
    expect(makeResultLine(entries)).toBeNull();
  });
});
