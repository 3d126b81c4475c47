/**
 * Runs as the server would send them, and the services of a view, for specs.
 */
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';

import { ApiError } from '../src/api';
import type { Api } from '../src/api';
import type { PlotlyConfig } from '../src/chart/plotly';
import type {
  CellExecution,
  CellHistory,
  CellOutput,
  CellTable,
  ChartedRun,
  ChartSubject,
  Comparison,
  Explanation,
  ExecutionOutputs,
  MetricHistory,
  MetricSummary,
  NotebookDifference,
  Run,
  RunChanged,
  RunParam,
  RunTable
} from '../src/contract';
import type { IEventListener } from '../src/live';
import { createRecordingStore } from '../src/recordings';
import { Lists } from '../src/lists';
import { createTrackbookStore } from '../src/store';
import { ViewProvider } from '../src/views/context';
import type { ViewServices } from '../src/views/context';

export const NOW = Date.parse('2026-01-02T12:00:00Z');

export function makeExecution(
  part: Partial<CellExecution> = {}
): CellExecution {
  return {
    execution_id: 'e1',
    order: 0,
    cell_id: 'c1',
    source: 'clf.score(X, y)',
    source_blob: null,
    execution_count: 1,
    status: 'ok',
    started_at: '2026-01-02T11:00:00.000000Z',
    duration_ms: 1000,
    error_name: null,
    error_message: null,
    traceback: null,
    output_count: 0,
    before_recording: false,
    ...part
  };
}

export function makeOutput(part: Partial<CellOutput> = {}): CellOutput {
  return {
    index: 0,
    kind: 'display_data',
    name: '',
    text: '',
    omitted_bytes: 0,
    head_length: 0,
    data: {},
    blobs: {},
    metadata: {},
    ...part
  };
}

export function makeOutputs(
  executionId: string,
  outputs: readonly Partial<CellOutput>[],
  count = outputs.length
): ExecutionOutputs {
  return {
    execution_id: executionId,
    count,
    outputs: outputs.map((output, index) => makeOutput({ index, ...output }))
  };
}

export function makeTable(part: Partial<RunTable> = {}): RunTable {
  const rows = part.rows ?? [];
  return {
    name: 'depth',
    origin: 'loop',
    columns: ['depth', 'score'],
    params: ['depth'],
    rows,
    row_count: rows.length,
    execution_id: 'e1',
    ...part
  };
}

export function makeMetric(part: Partial<MetricSummary> = {}): MetricSummary {
  return {
    key: 'acc',
    origin: 'auto',
    last: 0.9,
    last_step: 2,
    min: 0.5,
    max: 0.9,
    count: 3,
    direction: 'higher',
    change: null,
    better: null,
    previous: null,
    sparkline: [0.5, 0.7, 0.9],
    folds: null,
    std: null,
    execution_id: 'e1',
    ...part
  };
}

export function makeParam(part: Partial<RunParam> = {}): RunParam {
  return {
    key: 'lr',
    value: 0.003,
    origin: 'auto',
    varies: true,
    changed: false,
    is_new: false,
    previous: null,
    blob: null,
    execution_id: null,
    ...part
  };
}

/** A finished run; `metrics` and `params` follow from the lists. */
export function makeRun(part: Partial<Run> = {}): Run {
  const metrics = part.metric_list ?? [];
  const params = part.param_list ?? [];
  const first = metrics[0];
  return {
    run_id: 'r1',
    name: 'lr 0.003',
    status: 'finished',
    experiment: 'churn.ipynb',
    notebook_path: 'churn.ipynb',
    started_at: '2026-01-02T11:00:00.000000Z',
    ended_at: '2026-01-02T11:01:00.000000Z',
    params: Object.fromEntries(params.map(({ key, value }) => [key, value])),
    metrics: Object.fromEntries(
      metrics.map(({ key, last, min, max, count }) => [
        key,
        { last, min, max, count }
      ])
    ),
    tags: {},
    cell_executions: [makeExecution()],
    number: 1,
    is_named: false,
    experiment_id: 'x1',
    duration_ms: 41_000,
    starred: false,
    pinned: false,
    archived_at: null,
    trashed_at: null,
    note: '',
    error: null,
    continues: null,
    previous_run_id: null,
    previous_name: null,
    parent: null,
    children: [],
    child_count: 0,
    host: 'atlas',
    kernel_id: 'k1',
    user: 'mira',
    main_metric:
      first === undefined
        ? null
        : {
            key: first.key,
            value: first.last,
            std: first.std,
            direction: first.direction,
            change: null,
            better: null,
            sparkline: []
          },
    metric_list: metrics,
    param_list: params,
    param_changes: {},
    values: [],
    tables: [],
    names: {},
    environment: null,
    artifacts: [],
    inputs: [],
    revisions: [],
    redacted_count: 0,
    capture_failures: [],
    sentence: '',
    change: 1,
    ...part
  };
}

export function makeChartedRun(part: Partial<ChartedRun> = {}): ChartedRun {
  return {
    run_id: 'r1',
    number: 1,
    name: 'lr 0.003',
    status: 'finished',
    experiment_id: 'x1',
    experiment: 'churn.ipynb',
    notebook_path: 'churn.ipynb',
    started_at: '2026-01-02T11:00:00.000000Z',
    duration_ms: 41_000,
    main_metric: 'acc',
    revision: null,
    tags: {},
    params: {},
    metrics: {},
    change: 1,
    ...part
  };
}

/** What the runs can be charted by: whatever they have. */
export function makeSubject(runs: readonly ChartedRun[]): ChartSubject {
  const keysOf = (of: 'params' | 'metrics'): string[] => [
    ...new Set(runs.flatMap(run => Object.keys(run[of])))
  ];
  return {
    runs,
    missing: [],
    metrics: keysOf('metrics').map(key => ({
      key,
      run_count: runs.filter(run => key in run.metrics).length,
      count: 9,
      is_main: key === 'acc',
      is_result: true,
      direction: key === 'acc' ? 'higher' : null
    })),
    params: keysOf('params'),
    change: 1
  };
}

export function makeHistory(
  values: readonly (number | string)[],
  part: Partial<MetricHistory> = {}
): MetricHistory {
  return {
    run_id: 'r1',
    key: 'acc',
    steps: values.map((_, index) => index),
    times_ms: values.map((_, index) => NOW + index * 1000),
    values,
    xs: null,
    lows: null,
    highs: null,
    means: null,
    count: values.length,
    total: values.length,
    without_x: 0,
    sampled: false,
    origin_ms: NOW,
    change: 1,
    ...part
  };
}

export class FakeChanges implements IEventListener {
  gatherMs = 0;
  readonly runsChanged: Signal<IEventListener, RunChanged> = new Signal(this);
  readonly recordingChanged: Signal<IEventListener, string> = new Signal(this);
  heardAt: number | null = null;
  isDisposed = false;

  announce(runId: string): void {
    this.runsChanged.emit({ change: 2, run_ids: [runId], truncated: false });
  }

  dispose(): void {
    Signal.clearData(this);
  }
}

export type Drawing = {
  readonly data: readonly object[];
  readonly layout: object;
};

export function makeExplanation(part: Partial<Explanation> = {}): Explanation {
  return {
    run_id: 'r1',
    verdict: 'green',
    revision_id: 'a'.repeat(64),
    revision_number: 7,
    cell_count: 14,
    result: null,
    reasons: [],
    more_count: 0,
    checked: [],
    not_checked: [],
    change: 1,
    ...part
  };
}

/** A server of these runs; what is not given, it refuses. */
export type FakeServer = {
  runs: Record<string, Run>;
  histories: Record<string, MetricHistory>;
  /** By their runs; of another run nothing speaks against the notebook. */
  explanations: Record<string, Explanation>;
  comparison: Comparison | null;
  cellTable: CellTable | null;
  subject: ChartSubject | null;
  difference: NotebookDifference | null;
  /** By their names. */
  pieces: Record<string, unknown>;
  revision: unknown;
  /** By their ids. */
  cells: Record<string, CellHistory>;
  outputs: readonly ExecutionOutputs[];
  /** How many executions a page of outputs holds. */
  page: number;
  tables: Record<string, RunTable>;
  blobs: Record<string, ArrayBuffer>;
  /** Which outputs were asked for: `first`, a cursor, or an execution. */
  readonly asked: string[];
  /** The edits that were sent. */
  readonly edits: unknown[];
};

export type Stage = {
  readonly server: FakeServer;
  readonly services: ViewServices;
  readonly changes: FakeChanges;
  readonly executed: { readonly command: string; readonly args: unknown }[];
  readonly drawings: Drawing[];
  readonly themeChanged: Signal<object, void>;
  purged: number;
};

export function makeStage(part: Partial<FakeServer> = {}): Stage {
  const server: FakeServer = {
    runs: {},
    explanations: {},
    comparison: null,
    cellTable: null,
    subject: null,
    difference: null,
    pieces: {},
    revision: null,
    cells: {},
    outputs: [],
    page: 100,
    tables: {},
    blobs: {},
    asked: [],
    edits: [],
    ...part,
    histories: { ...part.histories }
  };
  const give = async <T,>(
    thing: T | null | undefined,
    name: string
  ): Promise<T> => {
    await Promise.resolve();
    if (thing == null) {
      const problem = {
        error: 'NotFound',
        message: `There is no ${name}.`,
        position: null
      };
      throw new ApiError({ kind: 'refused', status: 404, problem });
    }
    return thing;
  };
  const refuse = (): Promise<never> => give<never>(null, 'such route here');
  const api: Api = {
    status: refuse,
    running: refuse,
    listRuns: refuse,
    countRuns: refuse,
    completeFilter: refuse,
    listRunGroups: refuse,
    listRunColumns: refuse,
    listRunIds: refuse,
    runsCsv: refuse,
    folder: refuse,
    editRuns: refuse,
    moves: refuse,
    getRun: runId => give(server.runs[runId], `run ${runId}`),
    editRun: async (runId, edit) => {
      server.edits.push(edit);
      const run = await give(server.runs[runId], `run ${runId}`);
      const { name, starred, note } = edit;
      const edited: Run = {
        ...run,
        name: name ?? run.name,
        starred: starred ?? run.starred,
        note: note ?? run.note
      };
      server.runs[runId] = edited;
      return edited;
    },
    cellHistory: (_, cellId) => give(server.cells[cellId], `cell ${cellId}`),
    cellMarks: refuse,
    metricHistories: async ({ run_id, key, x_key }) => {
      await Promise.resolve();
      return {
        histories: run_id.flatMap(runId =>
          key.flatMap(name => {
            const over = x_key === undefined ? '' : ` over ${x_key}`;
            const history = server.histories[`${runId} ${name}${over}`];
            return history === undefined
              ? []
              : [{ ...history, run_id: runId, key: name }];
          })
        ),
        change: 1
      };
    },
    metricsCsv: (runIds, keys, xKey) =>
      [
        'csv',
        runIds.join(),
        keys.join(),
        ...(xKey === undefined ? [] : [xKey])
      ].join(':'),
    chartSubject: () => give(server.subject, 'subject'),
    outputs: async (runId, { cursor, execution_id }) => {
      server.asked.push(execution_id ?? cursor ?? 'first');
      const all = server.outputs;
      const first = cursor === undefined ? 0 : Number(cursor);
      const page = all.slice(first, first + server.page);
      const next = first + server.page;
      return {
        run_id: runId,
        executions:
          execution_id === undefined
            ? page
            : all.filter(one => one.execution_id === execution_id),
        next_cursor:
          execution_id === undefined && next < all.length ? String(next) : null,
        change: 1
      };
    },
    table: async (_, name, first, limit) => {
      const table = await give(server.tables[name], `table ${name}`);
      return { ...table, rows: table.rows.slice(first, first + limit) };
    },
    blob: async (_, sha256, firstBytes) => {
      const bytes = await give(server.blobs[sha256], `blob ${sha256}`);
      return bytes.slice(0, firstBytes);
    },
    blobUrl: (runId, sha256) => `/blobs/${runId}/${sha256}`,
    revision: () => give(server.revision, 'revision'),
    listNotebooks: refuse,
    copyRevision: refuse,
    notebookRevisions: refuse,
    copyRun: refuse,
    restorePlan: refuse,
    refill: refuse,
    explanation: async runId =>
      server.explanations[runId] ?? makeExplanation({ run_id: runId }),
    compare: () => give(server.comparison, 'comparison'),
    compareCells: () => give(server.cellTable, 'cell table'),
    differences: () => give(server.difference, 'difference'),
    piece: (_, sha256) => give(server.pieces[sha256], `piece ${sha256}`),
    editExperiment: async (id, edit) => {
      server.edits.push(edit);
      const names = edit.names ?? {};
      for (const run of Object.values(server.runs)) {
        const all = Object.entries({ ...run.names, ...names });
        server.runs[run.run_id] = {
          ...run,
          names: Object.fromEntries(
            all.flatMap(([name, rule]) => (rule === null ? [] : [[name, rule]]))
          )
        };
      }
      return {
        experiment_id: id,
        name: 'churn.ipynb',
        is_named: false,
        notebook_path: 'churn.ipynb',
        run_count: 1,
        merged_into: null,
        merged: [],
        last_started_at: null,
        main_metric: null,
        directions: {},
        names: {}
      };
    },
    listExperiments: refuse,
    createExperiment: refuse,
    trash: refuse,
    emptyTrash: refuse,
    recording: refuse,
    record: refuse,
    capture: refuse
  };
  const changes = new FakeChanges();
  const commands = new CommandRegistry();
  const executed: { command: string; args: unknown }[] = [];
  for (const command of [
    'docmanager:open',
    'trackbook:open-run',
    'trackbook:chart',
    'trackbook:compare',
    'trackbook:open-notebook-copy',
    'trackbook:show-panel',
    'trackbook:differences',
    'trackbook:show-cell'
  ]) {
    commands.addCommand(command, {
      execute: args => {
        executed.push({ command, args });
      }
    });
  }
  const themeChanged = new Signal<object, void>({});
  const drawings: Drawing[] = [];
  const stage: Stage = {
    server,
    changes,
    executed,
    drawings,
    themeChanged,
    purged: 0,
    services: {
      api,
      store: createTrackbookStore(api),
      recordings: createRecordingStore(api),
      changes,
      lists: new Lists(),
      translator: nullTranslator,
      trans: nullTranslator.load('trackbook'),
      commands,
      rendermime: new RenderMimeRegistry({
        initialFactories: standardRendererFactories
      }),
      languages: null,
      pickNotebook: () => Promise.resolve('other.ipynb'),
      themeChanged,
      stateDb: null,
      loadPlotly: () =>
        Promise.resolve({
          react: (
            _: HTMLElement,
            data: readonly object[],
            layout: object,
            _config: PlotlyConfig
          ) => {
            drawings.push({ data, layout });
            return Promise.resolve();
          },
          purge: () => {
            stage.purged += 1;
          }
        }),
      clock: () => NOW
    }
  };
  return stage;
}

export function show(stage: Stage, element: ReactElement): RenderResult {
  return render(
    <ViewProvider services={stage.services}>{element}</ViewProvider>
  );
}
