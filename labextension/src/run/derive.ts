/**
 * What a run's page shows that follows from the run: pure functions.
 */
import type { CellExecution, MetricSummary, Run, RunParam } from '../contract';

export type RunStatus = Run['status'];

/** Whether more of the run may come. */
export function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'open';
}

/** A cell's name: its first line of code, without comments and magics if it can be. */
export function titleOfSource(source: string): string {
  const lines = source
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const code = lines.find(line => !/^[#%!]/.test(line));
  return code ?? lines[0] ?? '';
}

/** The main metric first, then as the server lists them. */
export function orderedMetrics(run: Run): readonly MetricSummary[] {
  const main = run.main_metric?.key;
  const rank = (metric: MetricSummary): number => (metric.key === main ? 0 : 1);
  return [...run.metric_list].sort((a, b) => rank(a) - rank(b));
}

/** Those that changed first, then those that vary, then the rest, each by name. */
export function orderedParams(run: Run): readonly RunParam[] {
  const rank = (param: RunParam): number =>
    param.changed ? 0 : param.varies ? 1 : 2;
  return [...run.param_list].sort(
    (a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key)
  );
}

export type CellBar = {
  readonly execution: CellExecution;
  readonly durationMs: number;
  /** Where the bar begins and how long it is, as parts of one. */
  readonly start: number;
  readonly length: number;
};

/**
 * The executions on a line of time spent executing: pauses between them are left out,
 * else an hour of thinking would make every cell a hair.
 *
 * @param now in ms; the end, so far, of an execution that is still going on.
 */
export function cellBars(
  executions: readonly CellExecution[],
  now: number
): readonly CellBar[] {
  const durations = executions.map(execution =>
    execution.status === 'running'
      ? Math.max(0, now - Date.parse(execution.started_at))
      : (execution.duration_ms ?? 0)
  );
  const total = durations.reduce((sum, duration) => sum + duration, 0) || 1;
  let elapsed = 0;
  return executions.map((execution, index) => {
    const durationMs = durations[index] ?? 0;
    const start = elapsed / total;
    elapsed += durationMs;
    return { execution, durationMs, start, length: durationMs / total };
  });
}

/** The execution that gave a metric or a param. */
export function executionOf(
  run: Pick<Run, 'cell_executions'>,
  executionId: string | null
): CellExecution | null {
  return (
    run.cell_executions.find(one => one.execution_id === executionId) ?? null
  );
}

export type GitState = {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly isDirty: boolean;
};

/** What is known of the repository; its fields come from the kernel and may lack. */
export function gitState(git: Record<string, unknown> | null): GitState | null {
  if (git === null) {
    return null;
  }
  const text = (name: string): string | null => {
    const value = git[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    commit: text('commit'),
    branch: text('branch'),
    isDirty: git['dirty'] === true || git['is_dirty'] === true
  };
}
