/**
 * What the commands that move runs do: runs leave as one file, and come from one.
 *
 * The server does the work; it is asked how far it is, and stopped when someone says so.
 */
import { Notification } from '@jupyterlab/apputils';

import { messageOf } from '../api';
import type { Export, Import } from '../contract';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import { announced } from '../views/long-work';
import type { Moves } from './client';

const PAUSE_MS = 300;
const SHOWN_PROBLEMS = 3;

/** Has a bundle made of the runs, and saves it. */
export async function exportRuns(
  trackbook: ITrackbook,
  runIds: readonly string[]
): Promise<void> {
  const { api, store, trans } = trackbook;
  let isStopped = false;
  try {
    const moves = await api.moves();
    const done = await announced(
      {
        message: trans._n(
          'Exporting %1 run…',
          'Exporting %1 runs…',
          runIds.length
        ),
        stop: { label: trans.__('Cancel'), act: () => (isStopped = true) }
      },
      async tell => {
        let job = await moves.beginExport({ run_ids: [...runIds] });
        while (isGoing(job) && !isStopped) {
          await pause();
          job = await moves.exported(job.export_id);
          tell(share(job));
        }
        return isStopped ? moves.endExport(job.export_id) : job;
      }
    );
    if (isStopped) {
      return;
    }
    if (done.state !== 'done') {
      throw new Error(done.problems.join('\n') || trans.__('It was stopped.'));
    }
    save(moves.exportUrl(done.export_id), done.file_name);
    if (done.problems.length > 0) {
      warn(
        trans.__('Some of what belongs to the runs could not be read:'),
        done.problems
      );
    }
  } catch (thrown) {
    store.actions.say({ kind: 'failed', message: messageOf(thrown) });
  }
}

/** Asks for files of this computer, and sends them. */
export async function importChosen(trackbook: ITrackbook): Promise<void> {
  for (const file of await chooseFiles()) {
    await bringIn(trackbook, file.name, async (moves, signal) =>
      moves.sendBundle(file, signal)
    );
  }
}

/** Imports bundles that lie among the server's files. */
export async function importPaths(
  trackbook: ITrackbook,
  paths: readonly string[]
): Promise<void> {
  for (const path of paths) {
    await bringIn(trackbook, path, async moves => moves.importFile(path));
  }
}

/** Begins an import, follows it to its end, and says what came of it. */
async function bringIn(
  { api, commands, trans }: ITrackbook,
  name: string,
  begin: (moves: Moves, signal: AbortSignal) => Promise<Import>
): Promise<void> {
  const stopper = new AbortController();
  const { signal } = stopper;
  try {
    const moves = await api.moves();
    const done = await announced(
      {
        message: trans.__('Importing %1…', name),
        stop: { label: trans.__('Stop'), act: () => stopper.abort() }
      },
      async tell => {
        let job = await begin(moves, signal);
        let isTold = false;
        while (isGoing(job)) {
          if (signal.aborted && !isTold) {
            isTold = true;
            job = await moves.stopImport(job.import_id);
          }
          await pause();
          job = await moves.imported(job.import_id);
          tell(share(job));
        }
        return job;
      }
    );
    const came = [
      trans._n('%1 new run', '%1 new runs', done.new_count),
      trans.__('%1 brought up to date', done.changed_count),
      trans.__('%1 here already', same(done))
    ].join(', ');
    const actions = [
      {
        label: trans.__('Show Runs'),
        callback: () => void commands.execute(CommandIDs.showPanel)
      }
    ];
    if (done.state === 'done' && done.problems.length === 0) {
      Notification.success(trans.__('%1: %2.', name, came), {
        autoClose: 10_000,
        actions
      });
    } else {
      const said =
        done.state === 'stopped'
          ? trans.__(
              '%1: stopped. %2; import it again for the rest.',
              name,
              came
            )
          : trans.__('%1: not all of it could be imported. %2.', name, came);
      warn(said, done.problems);
    }
  } catch (thrown) {
    if (!signal.aborted) {
      Notification.error(messageOf(thrown), { autoClose: false });
    }
  }
}

function isGoing({ state }: Export | Import): boolean {
  return state === 'waiting' || state === 'running';
}

function share(job: Export | Import): number {
  return Math.min(1, job.done_count / Math.max(1, job.run_count ?? 1));
}

function same(job: Import): number {
  const runs = job.state === 'done' ? (job.run_count ?? 0) : job.done_count;
  return Math.max(
    0,
    runs - job.new_count - job.changed_count - job.problem_count
  );
}

function warn(said: string, problems: readonly string[]): void {
  Notification.warning(
    [said, ...problems.slice(0, SHOWN_PROBLEMS)].join('\n'),
    {
      autoClose: false
    }
  );
}

async function pause(): Promise<void> {
  await new Promise(resolve => {
    setTimeout(resolve, PAUSE_MS);
  });
}

/** Lets the browser fetch the file by itself: it may be larger than memory. */
function save(url: string, fileName: string): void {
  const link = document.createElement('a');
  // What Jupyter asks of links that save files.
  const xsrf = /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  link.href = xsrf === undefined ? url : `${url}?_xsrf=${xsrf}`;
  link.download = fileName;
  link.click();
}

async function chooseFiles(): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.tbk';
  input.multiple = true;
  return new Promise(resolve => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}
