/**
 * The client of the server half: one function a route, contract types in and out.
 *
 * The only file where JSON becomes a contract type.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  Capture,
  Captured,
  CellHistory,
  CellMarks,
  CellTable,
  ChartSubject,
  Comparison,
  Experiment,
  Explanation,
  ExperimentEdit,
  ExperimentList,
  FilterCompletions,
  Folder,
  KnownNotebookList,
  MetricHistories,
  NotebookDifference,
  Problem,
  Recording,
  RefillRequest,
  Refilled,
  RestorePlan,
  RestoreRequest,
  RevisionList,
  RevisionRestoreRequest,
  RestoredCopy,
  Run,
  RunColumnList,
  RunCounts,
  RunEdit,
  RunGroupList,
  RunIds,
  RunList,
  RunningList,
  RunOutputs,
  RunTable,
  RunsEdit,
  RunsEdited,
  Status,
  Trash,
  operations
} from './contract';
import type { Moves } from './moving/client';

type QueryOf<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;

export const SORTS = [
  '-started_at',
  'started_at',
  '-main_metric',
  'main_metric',
  'starred',
  'name',
  '-name',
  '-duration_ms',
  'duration_ms'
] as const;
/** One of `SORTS`, or any column, `-` before it for the greatest first. */
export type Sort = string;

/** What a list is asked by: which runs, in which order, what is shown of them. */
export type RunQuery = QueryOf<'get_runs'>;

/**
 * Why a request gave nothing.
 *
 * `offline`: no answer came. `missing`: the server answers, but knows no trackbook.
 * `refused`: trackbook itself said no, and why. `broken`: anything else.
 */
export type Failure =
  | { readonly kind: 'offline' }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly problem: Problem;
    }
  | {
      readonly kind: 'broken';
      readonly status: number;
      readonly message: string;
    };

export class ApiError extends Error {
  constructor(readonly failure: Failure) {
    super(describeFailure(failure));
    this.name = 'ApiError';
  }
}

/** The failure in whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ApiError) {
    return thrown.failure;
  }
  return { kind: 'broken', status: 0, message: messageOf(thrown) };
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Which outputs of a run: a page of them, or those of one execution, whole. */
export type OutputQuery = QueryOf<'get_runs_run_id_outputs'>;

/** Which points: those of `run_id` times `key`, in a range of `x`, both ends in it. */
export type PointsQuery = QueryOf<'get_points'>;

export type Api = {
  readonly status: () => Promise<Status>;
  readonly listRuns: (
    query: RunQuery,
    signal?: AbortSignal
  ) => Promise<RunList>;
  /** How many runs a list has; counting them may take a while. */
  readonly countRuns: (
    query: RunQuery,
    signal?: AbortSignal
  ) => Promise<RunCounts>;
  /** What can stand at a place in a filter. */
  readonly completeFilter: (
    filter: string,
    at: number
  ) => Promise<FilterCompletions>;
  /** The groups of a list, from the one numbered `first` on. */
  readonly listRunGroups: (
    query: RunQuery,
    first?: number,
    signal?: AbortSignal
  ) => Promise<RunGroupList>;
  readonly listRunColumns: (query: RunQuery) => Promise<RunColumnList>;
  readonly listRunIds: (query: RunQuery) => Promise<RunIds>;
  /** A whole list as CSV, to be read as it comes. */
  readonly runsCsv: (query: RunQuery, signal: AbortSignal) => Promise<Response>;
  readonly folder: (path: string) => Promise<Folder>;
  /** One edit of many runs, all or none of it. */
  readonly editRuns: (
    edit: Pick<RunsEdit, 'run_ids'> & Partial<RunsEdit>
  ) => Promise<RunsEdited>;
  readonly getRun: (runId: string) => Promise<Run>;
  readonly editRun: (runId: string, edit: Partial<RunEdit>) => Promise<Run>;
  /** Points of several metrics of several runs at once; what a run lacks is left out. */
  readonly metricHistories: (query: PointsQuery) => Promise<MetricHistories>;
  /**
   * Where all their points are as CSV: for a link, so that the browser saves them. With
   * `xKey`, that metric's value at each step stands beside them.
   */
  readonly metricsCsv: (
    runIds: readonly string[],
    keys: readonly string[],
    xKey?: string
  ) => string;
  /** What runs can be charted by, with the metrics `keys` as they stand. */
  readonly chartSubject: (
    runIds: readonly string[],
    keys?: readonly string[]
  ) => Promise<ChartSubject>;
  readonly outputs: (runId: string, query: OutputQuery) => Promise<RunOutputs>;
  /** At most `limit` rows of a run's table, from `first` on. */
  readonly table: (
    runId: string,
    name: string,
    first: number,
    limit: number
  ) => Promise<RunTable>;
  /** Bytes, whatever they are of: their type is for the asker to say. */
  readonly blob: (
    runId: string,
    sha256: string,
    /** At most so many of the beginning. */
    firstBytes?: number
  ) => Promise<ArrayBuffer>;
  /** Where the browser itself fetches a blob, to save it. */
  readonly blobUrl: (runId: string, sha256: string) => string;
  /** The notebook as nbformat JSON; `latest` is the run's own revision. */
  readonly revision: (runId: string, revisionId: string) => Promise<unknown>;
  /** The notebooks that are known, also those that are gone; a page of them. */
  readonly listNotebooks: (cursor?: string) => Promise<KnownNotebookList>;
  /** Writes a revision as a new file. */
  readonly copyRevision: (
    revisionId: string,
    request?: Partial<RevisionRestoreRequest>
  ) => Promise<RestoredCopy>;
  /** The revisions of a notebook and its family, the newest first. */
  readonly notebookRevisions: (
    notebookPath: string,
    cursor?: string
  ) => Promise<RevisionList>;
  /** What a cell was executed with, and what each version gave. */
  readonly cellHistory: (
    notebookPath: string,
    cellId: string
  ) => Promise<CellHistory>;
  /** What the histories of some cells come to. */
  readonly cellMarks: (
    notebookPath: string,
    cellIds: readonly string[]
  ) => Promise<CellMarks>;
  readonly copyRun: (
    runId: string,
    request?: Partial<RestoreRequest>
  ) => Promise<RestoredCopy>;
  /** What restoring a run's notebook means now, for a kernel that would run it. */
  readonly restorePlan: (
    runId: string,
    query: { readonly revision_id?: string; readonly kernel_id?: string }
  ) => Promise<RestorePlan>;
  /** Replaced values of a revision, put back from the cells that are open. */
  readonly refill: (
    runId: string,
    request: Partial<RefillRequest>
  ) => Promise<Refilled>;
  /** Whether the run's notebook explains its result. */
  readonly explanation: (runId: string) => Promise<Explanation>;
  /** From 2 to 200 runs, against the first. */
  readonly compare: (runIds: readonly string[]) => Promise<Comparison>;
  /** Which cells of the runs' notebooks differ from those of the first. */
  readonly compareCells: (runIds: readonly string[]) => Promise<CellTable>;
  /** What differs between two notebooks: runs, revisions, `RUN:executed`, `PATH@r7`. */
  readonly differences: (
    before: string,
    after: string
  ) => Promise<NotebookDifference>;
  /** A cell, an output or the frame of the notebook that `of` names. */
  readonly piece: (of: string, sha256: string) => Promise<unknown>;
  readonly editExperiment: (
    experimentId: string,
    edit: Partial<ExperimentEdit>
  ) => Promise<Experiment>;
  readonly listExperiments: () => Promise<ExperimentList>;
  readonly createExperiment: (name: string) => Promise<Experiment>;
  readonly trash: () => Promise<Trash>;
  readonly emptyTrash: (...act: readonly 'stop'[]) => Promise<Trash>;
  /** The runs without an end, and where they run. */
  readonly running: () => Promise<RunningList>;
  readonly recording: (kernelId: string) => Promise<Recording>;
  readonly record: (kernelId: string, on: boolean) => Promise<Recording>;
  readonly capture: (capture: Capture) => Promise<Captured>;
  /** What moves runs, which comes when it is needed. */
  readonly moves: () => Promise<Moves>;
};

/** How a request reaches the server; `ServerConnection.makeRequest` but in tests. */
export type Fetch = typeof ServerConnection.makeRequest;

export type Call = {
  readonly method?: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly body?: unknown;
  /** A body that is sent as it is. */
  readonly raw?: Blob;
  readonly query?: URLSearchParams;
  /** Takes the request back. */
  readonly signal?: AbortSignal | undefined;
};

export function createApi(
  settings: ServerConnection.ISettings,
  fetch: Fetch = ServerConnection.makeRequest
): Api {
  const root = URLExt.join(settings.baseUrl, 'trackbook', 'api');

  // The last answers by their address: one that still holds is not sent again.
  const answers = new Map<string, { tag: string; said: unknown }>();

  async function request(
    path: string,
    call: Call,
    known?: string
  ): Promise<Response> {
    const query = call.query?.toString() ?? '';
    const url = query === '' ? path : `${path}?${query}`;
    const init: RequestInit = { method: call.method ?? 'GET' };
    if (known !== undefined) {
      init.headers = { 'If-None-Match': known };
    }
    if (call.signal !== undefined) {
      init.signal = call.signal;
    }
    if (call.body !== undefined) {
      init.body = JSON.stringify(call.body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    if (call.raw !== undefined) {
      init.body = call.raw;
      init.headers = { 'Content-Type': 'application/octet-stream' };
    }
    let response: Response;
    try {
      response = await fetch(url, init, settings);
    } catch {
      throw new ApiError({ kind: 'offline' });
    }
    if (!response.ok && response.status !== 304) {
      throw new ApiError(readFailure(response.status, await response.text()));
    }
    return response;
  }

  function pathOf(segments: readonly string[]): string {
    return URLExt.join(root, ...segments.map(encodeURIComponent));
  }

  async function ask<T>(
    segments: readonly string[],
    call: Call = {}
  ): Promise<T> {
    const path = pathOf(segments);
    const url = `${path}?${call.query?.toString() ?? ''}`;
    const known = call.method === undefined ? answers.get(url) : undefined;
    const response = await request(path, call, known?.tag);
    if (response.status === 304) {
      return known?.said as T;
    }
    const text = await response.text();
    try {
      const said = JSON.parse(text) as T;
      const tag = response.headers.get('ETag');
      if (call.method === undefined && tag !== null && text.length < 250_000) {
        answers.delete(url);
        answers.set(url, { tag, said });
        if (answers.size > 20) {
          // The first is the oldest.
          answers.delete([...answers.keys()][0] ?? '');
        }
      }
      return said;
    } catch {
      const message = `The answer of ${path} is not JSON.`;
      throw new ApiError({ kind: 'broken', status: response.status, message });
    }
  }

  return {
    status: () => ask(['status']),
    listRuns: (query, signal) =>
      ask(['runs'], { query: asParams(query), signal }),
    countRuns: (query, signal) =>
      ask(['runs', 'counts'], { query: asParams(query), signal }),
    completeFilter: (filter, at) =>
      ask(['filters', 'completions'], { query: asParams({ filter, at }) }),
    listRunGroups: (query, first, signal) =>
      ask(['runs', 'groups'], { query: asParams({ ...query, first }), signal }),
    listRunColumns: query =>
      ask(['runs', 'columns'], { query: asParams(query) }),
    listRunIds: query => ask(['runs', 'ids'], { query: asParams(query) }),
    runsCsv: (query, signal) =>
      request(pathOf(['runs', 'csv']), { query: asParams(query), signal }),
    editRuns: body => ask(['runs', 'edits'], { method: 'POST', body }),
    folder: path => ask(['folders'], { query: asParams({ path }) }),
    getRun: runId => ask(['runs', runId]),
    editRun: (runId, body) => ask(['runs', runId], { method: 'PATCH', body }),
    metricHistories: query => ask(['points'], { query: asParams(query) }),
    metricsCsv: (run_id, key, x_key) => {
      const query = asParams({ run_id, key, x_key });
      // What Jupyter asks of links that save files.
      const xsrf = /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1];
      if (xsrf !== undefined) {
        query.set('_xsrf', xsrf);
      }
      return `${pathOf(['points', 'csv'])}?${query.toString()}`;
    },
    chartSubject: (run_id, key) =>
      ask(['charts'], { query: asParams({ run_id, key }) }),
    outputs: (runId, query) =>
      ask(['runs', runId, 'outputs'], { query: asParams(query) }),
    table: (runId, name, first, limit) =>
      ask(['runs', runId, 'tables', name], {
        query: asParams({ first, limit })
      }),
    blob: async (runId, sha256, first_bytes) => {
      const response = await request(pathOf(['runs', runId, 'blobs', sha256]), {
        query: asParams({ first_bytes })
      });
      return response.arrayBuffer();
    },
    blobUrl: (runId, sha256) => pathOf(['runs', runId, 'blobs', sha256]),
    revision: (runId, revisionId) =>
      ask(['runs', runId, 'revisions', revisionId]),
    listNotebooks: cursor =>
      ask(['notebooks'], { query: asParams({ cursor }) }),
    copyRevision: (revisionId, body = {}) =>
      ask(['revisions', revisionId, 'copies'], { method: 'POST', body }),
    notebookRevisions: (notebook_path, cursor) =>
      ask(['notebooks', 'revisions'], {
        query: asParams({ notebook_path, cursor })
      }),
    cellHistory: (notebook_path, cell_id) =>
      ask(['cells', 'history'], {
        query: asParams({ notebook_path, cell_id })
      }),
    cellMarks: (notebook_path, cell_id) =>
      ask(['cells'], { query: asParams({ notebook_path, cell_id }) }),
    copyRun: (runId, body = {}) =>
      ask(['runs', runId, 'copies'], { method: 'POST', body }),
    restorePlan: (runId, query) =>
      ask(['runs', runId, 'restore'], { query: asParams(query) }),
    refill: (runId, body) =>
      ask(['runs', runId, 'refill'], { method: 'POST', body }),
    explanation: runId => ask(['runs', runId, 'explanation']),
    compare: run_id => ask(['compare'], { query: asParams({ run_id }) }),
    compareCells: run_id =>
      ask(['compare', 'cells'], { query: asParams({ run_id }) }),
    differences: (before, after) =>
      ask(['differences'], { query: asParams({ before, after }) }),
    piece: (of, sha256) => ask(['pieces', sha256], { query: asParams({ of }) }),
    editExperiment: (id, body) =>
      ask(['experiments', id], { method: 'PATCH', body }),
    listExperiments: () => ask(['experiments']),
    createExperiment: name =>
      ask(['experiments'], { method: 'POST', body: { name } }),
    trash: () => ask(['trash']),
    emptyTrash: (...act) =>
      ask(['trash', 'emptying', ...act], { method: 'POST', body: {} }),
    running: () => ask(['running']),
    recording: kernelId => ask(['recordings', kernelId]),
    record: (kernelId, on) =>
      ask(['recordings', kernelId], { method: 'PUT', body: { on } }),
    capture: body => ask(['captures'], { method: 'POST', body }),
    moves: async () =>
      (await import('./moving/client')).createMoves(ask, pathOf)
  };
}

function asParams(query: Record<string, unknown>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) {
        params.append(name, String(one));
      }
    }
  }
  return params;
}

function readFailure(status: number, text: string): Failure {
  const problem = readProblem(text);
  if (problem !== null) {
    return { kind: 'refused', status, problem };
  }
  // Jupyter's own 404 page: the route table has none of ours.
  if (status === 404) {
    return { kind: 'missing' };
  }
  if (status === 502 || status === 503 || status === 504) {
    return { kind: 'offline' };
  }
  return {
    kind: 'broken',
    status,
    message: `The server answered with ${status}.`
  };
}

function readProblem(text: string): Problem | null {
  try {
    const found = JSON.parse(text) as Partial<Problem>;
    const { error, message, position = null } = found;
    return typeof error === 'string' && typeof message === 'string'
      ? { error, message, position }
      : null;
  } catch {
    return null;
  }
}

function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'offline':
      return 'The Jupyter server does not answer.';
    case 'missing':
      return 'The Jupyter server has no trackbook.';
    case 'refused':
      return failure.problem.message;
    case 'broken':
      return failure.message;
  }
}
