/**
 * Contract-shaped samples and a server that answers with them, for specs.
 */
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { Event } from '@jupyterlab/services';

import { ApiError } from '../src/api';
import type { Api } from '../src/api';
import type {
  MainMetric,
  Recording,
  Run,
  RunGroup,
  RunCounts,
  RunList,
  RunParam,
  RunRow,
  RunsUndo,
  Status
} from '../src/contract';
import { EventListener } from '../src/live';
import { createRecordingStore } from '../src/recordings';
import { Lists } from '../src/lists';
import { createTrackbookStore } from '../src/store';
import type { TrackbookStore } from '../src/store';
import type { ITrackbook } from '../src/tokens';

export const trans = nullTranslator.load('trackbook');

export function sampleMetric(change: Partial<MainMetric> = {}): MainMetric {
  return {
    key: 'val_acc',
    value: 0.9731,
    std: null,
    direction: 'higher',
    change: 0.0128,
    better: true,
    sparkline: [0.9, 0.95, 0.9731],
    ...change
  };
}

export function sampleParam(change: Partial<RunParam> = {}): RunParam {
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
    ...change
  };
}

/** A run of the given number; a higher number started later. */
export function sampleRow(
  number: number,
  change: Partial<RunRow> = {}
): RunRow {
  const minute = String(number % 60).padStart(2, '0');
  return {
    run_id: `r${number}`,
    number,
    name: `run ${number}`,
    is_named: false,
    status: 'finished',
    experiment_id: 'e1',
    experiment: 'churn.ipynb',
    notebook_path: 'churn.ipynb',
    started_at: `2026-11-23T12:${minute}:00.000000Z`,
    ended_at: null,
    duration_ms: 41_000,
    starred: false,
    pinned: false,
    archived_at: null,
    trashed_at: null,
    main_metric: sampleMetric(),
    params: [sampleParam()],
    param_count: 1,
    error: null,
    continues: null,
    alike_count: 1,
    revision_number: null,
    group: null,
    sort_values: [`2026-11-23T12:${minute}:00.000000Z`],
    found: null,
    cells: {},
    change: number,
    ...change
  };
}

export function sampleRun(row: RunRow, change: Partial<Run> = {}): Run {
  return {
    ...row,
    params: {},
    metrics: {},
    tags: {},
    cell_executions: [],
    note: '',
    previous_run_id: null,
    previous_name: null,
    parent: null,
    children: [],
    child_count: 0,
    host: 'here',
    kernel_id: null,
    user: 'ada',
    metric_list: [],
    param_list: [...row.params],
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
    ...change
  };
}

/** What a list comes to that has the runs of one page. */
export function sampleCounts(
  total: number,
  change: Partial<RunCounts> = {}
): RunCounts {
  return {
    total,
    total_is_exact: true,
    hints: [],
    without_result_count: 0,
    change: 1,
    ...change
  };
}

/** What gives runs back what they had; nothing but what is said. */
export function sampleUndo(
  change: Pick<RunsUndo, 'run_ids'> & Partial<RunsUndo>
): RunsUndo {
  return {
    starred: null,
    tags: {},
    trashed: null,
    archived: null,
    pinned: null,
    experiment_id: null,
    ...change
  };
}

export function samplePage(
  runs: readonly RunRow[],
  change: Partial<RunList> = {}
): RunList {
  return {
    runs: [...runs],
    removed: [],
    next_cursor: null,
    change: Math.max(0, ...runs.map(run => run.change)),
    ...change
  };
}

export function sampleRecording(change: Partial<Recording> = {}): Recording {
  return {
    kernel_id: 'k1',
    notebook_path: 'churn.ipynb',
    state: 'off',
    reason: null,
    cure: null,
    terminal_cure: null,
    run_id: null,
    run_name: null,
    ...change
  };
}

const STATUS: Status = {
  version: '0.1.0',
  home: '/home/ada/.local/share/jupyter/trackbook',
  writes: true,
  owner: null,
  network_home: false,
  change: 1,
  run_count: 1,
  bad_line_count: 0,
  problem: null,
  backup_problem: null
};

/** A server that knows nothing but what a spec teaches it. */
export function sampleApi(taught: Partial<Api> = {}): Api {
  const untaught = async (): Promise<never> => {
    throw new ApiError({ kind: 'offline' });
  };
  return {
    status: async () => STATUS,
    listRuns: async () => samplePage([]),
    countRuns: untaught,
    completeFilter: untaught,
    listRunGroups: untaught,
    listRunColumns: async () => ({ columns: [] }),
    listRunIds: untaught,
    runsCsv: untaught,
    folder: untaught,
    editRuns: untaught,
    moves: untaught,
    getRun: untaught,
    editRun: untaught,
    metricHistories: untaught,
    metricsCsv: () => '',
    chartSubject: untaught,
    outputs: untaught,
    table: untaught,
    blob: untaught,
    blobUrl: () => '',
    revision: untaught,
    cellHistory: untaught,
    cellMarks: untaught,
    listNotebooks: untaught,
    copyRevision: untaught,
    notebookRevisions: untaught,
    copyRun: untaught,
    restorePlan: untaught,
    refill: untaught,
    explanation: untaught,
    compare: untaught,
    compareCells: untaught,
    differences: untaught,
    piece: untaught,
    editExperiment: untaught,
    running: untaught,
    listExperiments: untaught,
    createExperiment: untaught,
    trash: untaught,
    emptyTrash: untaught,
    recording: untaught,
    record: untaught,
    capture: untaught,
    ...taught
  };
}

export type SampleBus = {
  readonly stream: Signal<object, Event.Emission>;
  readonly emit: (emission: Event.Emission) => void;
};

export function sampleBus(): SampleBus {
  const owner = {};
  const stream = new Signal<object, Event.Emission>(owner);
  return {
    stream,
    emit: emission => {
      stream.emit(emission);
    }
  };
}

/** A store whose list has no groups: a server of samples tells none. */
export function sampleStore(api: Api): TrackbookStore {
  const store = createTrackbookStore(api);
  store.setState({ group: 'none' });
  return store;
}

export function sampleGroup(
  key: string,
  count: number,
  change: Partial<RunGroup> = {}
): RunGroup {
  return {
    key,
    value: key,
    notebook_path: null,
    count,
    best: null,
    last_started_at: '2026-11-23T12:00:00.000000Z',
    ...change
  };
}

/** An `ITrackbook` on a server of samples; `executed` lists the commands run. */
export function sampleTrackbook(
  api: Api
): ITrackbook & { readonly executed: { id: string; args: unknown }[] } {
  const commands = new CommandRegistry();
  const executed: { id: string; args: unknown }[] = [];
  for (const id of ['open-run', 'chart', 'compare', 'record']) {
    commands.addCommand(`trackbook:${id}`, {
      execute: args => {
        executed.push({ id: `trackbook:${id}`, args });
      }
    });
  }
  return {
    api,
    store: sampleStore(api),
    recordings: createRecordingStore(api),
    changes: new EventListener(sampleBus().stream),
    lists: new Lists(),
    translator: nullTranslator,
    trans,
    commands,
    executed
  };
}
