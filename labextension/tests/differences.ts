/**
 * Differences of notebooks for specs.
 */
import type {
  CellDifference,
  CellSide,
  ChangeCounts,
  NotebookDifference,
  NotebookSide,
  OutputRef
} from '../src/contract';

export function makeSide(
  source: string,
  part: Partial<CellSide> = {}
): CellSide {
  return {
    sha256: `sha of ${source}`,
    place: 1,
    cell_id: null,
    cell_type: 'code',
    source,
    execution_count: null,
    output_count: part.outputs?.length ?? 0,
    outputs: [],
    damaged: false,
    ...part
  };
}

export function makeCell(part: Partial<CellDifference>): CellDifference {
  return {
    title: 'lr = 0.1',
    change: 'same',
    moved: false,
    differs: [],
    before: makeSide('lr = 0.1'),
    after: makeSide('lr = 0.1'),
    ...part
  };
}

export function makeOutput(part: Partial<OutputRef> = {}): OutputRef {
  return {
    sha256: 'output',
    kind: 'stream',
    name: 'stdout',
    size_bytes: 100,
    parts: [],
    damaged: false,
    ...part
  };
}

export function makeNotebookSide(
  label: string,
  part: Partial<NotebookSide> = {}
): NotebookSide {
  return {
    ref: `ref of ${label}`,
    label,
    revision: {
      revision_id: `id of ${label}`,
      number: 1,
      moment: 'ended',
      captured_at: '2026-11-23T10:00:00.000000Z',
      notebook_path: 'work/churn.ipynb',
      cell_count: 3,
      redacted_count: 0,
      edited_count: null
    },
    run_id: null,
    run_name: null,
    run_number: null,
    frame_sha256: `frame of ${label}`,
    language: 'python',
    ...part
  };
}

export function makeDifference(
  cells: readonly CellDifference[],
  part: Partial<NotebookDifference> = {}
): NotebookDifference {
  const count = (change: keyof ChangeCounts): number =>
    cells.filter(cell => cell.change === change).length;
  return {
    before: makeNotebookSide('r2'),
    after: makeNotebookSide('r7'),
    equal: false,
    counts: {
      added: count('added'),
      removed: count('removed'),
      edited: count('edited'),
      rerun: count('rerun'),
      moved: count('moved'),
      same: count('same')
    },
    frame: [],
    cells,
    cut_short: false,
    ...part
  };
}
