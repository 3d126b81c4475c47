/**
 * What the versions of a cell say beside each other. Pure.
 */
import type { CellHistory, CellResult, CellVersion } from '../contract';

export type ResultShown = CellResult & {
  /** Against the next older version that gave it too. */
  readonly change: number | null;
  readonly better: boolean | null;
};

export type VersionShown = {
  readonly version: CellVersion;
  /** Whether the open cell reads like it. */
  readonly isPresent: boolean;
  readonly results: readonly ResultShown[];
  /** The first line that the version before has not; null for the first version. */
  readonly firstNewLine: string | null;
};

/** The versions, the latest first, with what they changed. */
export function showVersions(
  { versions }: CellHistory,
  present: string
): readonly VersionShown[] {
  const ordered = [...versions].sort((a, b) => a.number - b.number);
  const before = new Map<number, CellVersion>();
  ordered.forEach((version, index) => {
    const older = ordered[index - 1];
    if (older !== undefined) {
      before.set(version.number, older);
    }
  });
  return versions.map(version => {
    const older = before.get(version.number) ?? null;
    return {
      version,
      isPresent: version.source_blob === null && version.source === present,
      results: version.results.map(result => compare(result, older)),
      firstNewLine: older === null ? null : newLine(older, version)
    };
  });
}

function compare(result: CellResult, older: CellVersion | null): ResultShown {
  const same = older?.results.find(({ key }) => key === result.key);
  const change =
    typeof same?.value === 'number' && typeof result.value === 'number'
      ? result.value - same.value
      : null;
  return {
    ...result,
    change,
    better:
      change === null || change === 0 || result.direction === null
        ? null
        : change > 0 === (result.direction === 'higher')
  };
}

function newLine(older: CellVersion, version: CellVersion): string | null {
  const known = new Set(older.source.split('\n').map(line => line.trim()));
  const lines = version.source.split('\n').map(line => line.trim());
  return lines.find(line => line !== '' && !known.has(line)) ?? null;
}
