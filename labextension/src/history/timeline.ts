/**
 * A notebook's runs and revisions in one row of time, and the line of its results. Pure.
 */
import type { NotebookRevision, RunRow } from '../contract';

export type TimelineEntry =
  | {
      readonly kind: 'run';
      readonly at: string;
      readonly run: RunRow;
      /** The last document that was captured for it; null where none was. */
      readonly revision: NotebookRevision | null;
    }
  | {
      readonly kind: 'revision';
      readonly at: string;
      readonly revision: NotebookRevision;
    };

export type Loaded = {
  readonly runs: readonly RunRow[];
  readonly revisions: readonly NotebookRevision[];
  /** Whether there are older ones than those. */
  readonly moreRuns: boolean;
  readonly moreRevisions: boolean;
};

/**
 * Runs and revisions, the newest first, down to where both lists are known.
 *
 * A revision that was captured for a run stands with the run.
 */
export function makeTimeline(loaded: Loaded): readonly TimelineEntry[] {
  const { runs, revisions } = loaded;
  const ofRun = new Map<string, NotebookRevision>();
  for (const revision of revisions) {
    const { run_id: runId } = revision;
    const known = runId === null ? undefined : ofRun.get(runId);
    if (
      runId !== null &&
      (known === undefined || known.captured_at < revision.captured_at)
    ) {
      ofRun.set(runId, revision);
    }
  }
  const known = new Set(runs.map(run => run.run_id));
  const entries: TimelineEntry[] = [
    ...runs.map((run): TimelineEntry => ({
      kind: 'run',
      at: run.started_at,
      run,
      revision: ofRun.get(run.run_id) ?? null
    })),
    ...revisions
      .filter(({ run_id: runId }) => runId === null || !known.has(runId))
      .map((revision): TimelineEntry => ({
        kind: 'revision',
        at: revision.captured_at,
        revision
      }))
  ];
  const horizon = [
    ...(loaded.moreRuns ? [runs[runs.length - 1]?.started_at ?? ''] : []),
    ...(loaded.moreRevisions
      ? [revisions[revisions.length - 1]?.captured_at ?? '']
      : [])
  ].reduce((latest, at) => (at > latest ? at : latest), '');
  return entries
    .filter(({ at }) => at >= horizon)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** What names an entry's notebook to the page of differences. */
export function refOf(entry: TimelineEntry): string {
  return entry.kind === 'run' ? entry.run.run_id : entry.revision.revision_id;
}

export type ResultPoint = {
  readonly run: RunRow;
  readonly value: number;
  readonly isBest: boolean;
};

export type ResultLine = {
  readonly key: string;
  /** In the order of time. */
  readonly points: readonly ResultPoint[];
};

/** The main metric that most runs have, run by run; null where there is nothing to see. */
export function makeResultLine(
  entries: readonly TimelineEntry[],
  limit = 100
): ResultLine | null {
  const runs = entries.flatMap(entry =>
    entry.kind === 'run' && typeof entry.run.main_metric?.value === 'number'
      ? [entry.run]
      : []
  );
  const counts = new Map<string, number>();
  for (const run of runs) {
    const key = run.main_metric?.key ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [top] = [...counts].sort((a, b) => b[1] - a[1]);
  if (top === undefined || top[1] < 2) {
    return null;
  }
  const [key] = top;
  const shown = runs
    .filter(run => run.main_metric?.key === key)
    .slice(0, limit)
    .reverse();
  const values = shown.map(run => Number(run.main_metric?.value));
  const direction = shown[0]?.main_metric?.direction ?? null;
  const best =
    direction === null
      ? null
      : direction === 'higher'
        ? Math.max(...values)
        : Math.min(...values);
  return {
    key,
    points: shown.map((run, index) => ({
      run,
      value: values[index] ?? NaN,
      isBest: values[index] === best
    }))
  };
}
