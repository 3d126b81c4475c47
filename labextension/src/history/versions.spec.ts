import { describe, expect, it } from 'vitest';

import type { CellHistory, CellVersion } from '../contract';
import { showVersions } from './versions';

function version(
  number: number,
  source: string,
  value: number | string
): CellVersion {
  return {
    number,
    source,
    source_blob: null,
    times: 1,
    first_at: '2026-01-02T11:00:00.000000Z',
    last_at: '2026-01-02T11:00:00.000000Z',
    execution_id: `e${number}`,
    run_id: `r${number}`,
    run_name: `run ${number}`,
    run_number: number,
    status: 'ok',
    error_name: null,
    duration_ms: 10,
    results: [{ key: 'loss', value, direction: 'lower' }]
  };
}

function history(...versions: CellVersion[]): CellHistory {
  return {
    notebook_path: 'a.ipynb',
    cell_id: 'c1',
    versions,
    times: versions.length,
    cut_short: false
  };
}

describe('the versions of a cell', () => {
  it('say what they changed against the version before, in whatever order they last ran', () => {
    const shown = showVersions(
      history(
        version(1, 'lr = 1\nfit()', 0.5),
        version(3, 'lr = 3\nfit()', 0.4),
        version(2, 'lr = 2\nfit()', 0.7)
      ),
      'lr = 2\nfit()'
    );
    expect(shown.map(one => one.firstNewLine)).toEqual([
      null,
      'lr = 3',
      'lr = 2'
    ]);
    expect(shown.map(one => one.isPresent)).toEqual([false, false, true]);
    expect(shown[1]?.results[0]?.change).toBeCloseTo(-0.3);
    expect(shown[1]?.results[0]?.better).toBe(true);
    expect(shown[2]?.results[0]?.better).toBe(false);
    expect(shown[0]?.results[0]?.change).toBeNull();
  });

  it('make nothing of numbers that are none', () => {
    const [later] = showVersions(
      history(version(2, 'b', 'NaN'), version(1, 'a', 0.1)),
      ''
    );
    expect(later?.results[0]?.change).toBeNull();
    expect(later?.results[0]?.better).toBeNull();
  });

  it('are never taken for the present where only their beginning is known', () => {
    const long = {
      ...version(1, 'begin', 1),
      source_blob: { sha256: 'a'.repeat(64), size_bytes: 9 }
    };
    expect(showVersions(history(long), 'begin')[0]?.isPresent).toBe(false);
  });
});
