/**
 * Keeping runs in order: dialogs that say what will happen, and what they do.
 */
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';

import { messageOf } from '../api';
import type { Experiment, Trash } from '../contract';
import { formatBytes } from '../format';
import type { ITrackbook } from '../tokens';
import { announced } from '../views/long-work';

/** How often it is asked how far emptying the trash is. */
const ASK_MS = 300;
/** So long the outcome stands there, and can be undone. */
const STAYS_MS = 20_000;

/** Does it; what goes wrong is said at the foot of the panel. */
async function told(
  { store }: ITrackbook,
  act: () => Promise<void>
): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    store.actions.say({ kind: 'failed', message: messageOf(thrown) });
  }
}

export async function move(
  trackbook: ITrackbook,
  runIds: readonly string[]
): Promise<void> {
  const { api, store, trans } = trackbook;
  await told(trackbook, async () => {
    const { experiments } = await api.listExperiments();
    const { value } = await InputDialog.getItem({
      title: trans._n(
        'Move %1 run to an experiment',
        'Move %1 runs to an experiment',
        runIds.length
      ),
      label: trans.__(
        'Choose one, or type a new name to make it. The runs stay there, whatever is recorded later.'
      ),
      items: namesOf(experiments),
      editable: true,
      okLabel: trans.__('Move')
    });
    const name = value?.trim() ?? '';
    if (name === '') {
      return;
    }
    const target =
      experimentNamed(experiments, name) ?? (await api.createExperiment(name));
    await store.actions.editMany(
      runIds,
      { experiment_id: target.experiment_id },
      'moved'
    );
  });
}

export async function create(trackbook: ITrackbook): Promise<void> {
  const { api, trans } = trackbook;
  await told(trackbook, async () => {
    const { value } = await InputDialog.getText({
      title: trans.__('Create an experiment'),
      label: trans.__('A name, for runs to be moved to or recorded in'),
      okLabel: trans.__('Create')
    });
    if (value !== null && value.trim() !== '') {
      const made = await api.createExperiment(value);
      Notification.success(trans.__('Experiment “%1” is there.', made.name));
    }
  });
}

export async function rename(
  trackbook: ITrackbook,
  _runIds: readonly string[],
  experimentId?: string
): Promise<void> {
  const { api, store, trans } = trackbook;
  await told(trackbook, async () => {
    const found = await choose(
      trackbook,
      trans.__('Which experiment to rename'),
      experimentId
    );
    if (found === null) {
      return;
    }
    const { value } = await InputDialog.getText({
      title: trans.__('Rename the experiment “%1”', found.name),
      text: found.name,
      okLabel: trans.__('Rename')
    });
    if (value !== null && value.trim() !== '' && value !== found.name) {
      await api.editExperiment(found.experiment_id, { name: value.trim() });
      await store.actions.load();
    }
  });
}

export async function merge(
  trackbook: ITrackbook,
  _runIds: readonly string[],
  experimentId?: string
): Promise<void> {
  const { api, store, trans } = trackbook;
  await told(trackbook, async () => {
    const source = await choose(
      trackbook,
      trans.__('Which experiment to merge into another'),
      experimentId
    );
    if (source === null) {
      return;
    }
    const { experiments } = await api.listExperiments();
    const others = experiments.filter(
      other => other.experiment_id !== source.experiment_id
    );
    const { value } = await InputDialog.getItem({
      title: trans.__('Merge the experiment “%1”', source.name),
      label: trans.__(
        'All its runs, also those to come, belong to the experiment that you choose, with its main metric and rules. It can be undone.'
      ),
      items: namesOf(others),
      okLabel: trans.__('Merge')
    });
    const target = experimentNamed(others, value ?? '');
    if (target === undefined) {
      return;
    }
    const mergeInto = async (into: string): Promise<void> => {
      await api.editExperiment(source.experiment_id, { merged_into: into });
      await store.actions.load();
    };
    await mergeInto(target.experiment_id);
    Notification.success(
      trans.__('“%1” belongs to “%2” now.', source.name, target.name),
      {
        autoClose: STAYS_MS,
        actions: [
          {
            label: trans.__('Undo'),
            callback: () => void told(trackbook, async () => mergeInto(''))
          }
        ]
      }
    );
  });
}

export async function archive(
  { store }: ITrackbook,
  runIds: readonly string[]
): Promise<void> {
  const archived = !store.getState().archived;
  await store.actions.editMany(
    runIds,
    { archived },
    archived ? 'archived' : 'unarchived'
  );
}

export async function empty(trackbook: ITrackbook): Promise<void> {
  const { api, store, trans } = trackbook;
  await told(trackbook, async () => {
    const before = await api.trash();
    const count = before.run_count - before.open_count;
    const { button } = await showDialog({
      title: trans.__('Empty the trash?'),
      body: emptyingWords(trackbook, before),
      buttons:
        count === 0
          ? [Dialog.okButton({ label: trans.__('Close') })]
          : [
              Dialog.cancelButton({ label: trans.__('Cancel') }),
              Dialog.warnButton({ label: trans.__('Delete for good') })
            ],
      defaultButton: 0
    });
    if (!button.accept || count === 0) {
      return;
    }
    const done = await announced(
      {
        message: trans.__('Emptying the trash…'),
        stop: {
          label: trans.__('Stop'),
          act: () =>
            void told(
              trackbook,
              async () => void (await api.emptyTrash('stop'))
            )
        }
      },
      async tell => {
        let now = await api.emptyTrash();
        while (now.emptying !== null && now.emptying.phase !== 'done') {
          const { done_count, run_count } = now.emptying;
          tell(done_count / Math.max(1, run_count));
          await new Promise(resolve => setTimeout(resolve, ASK_MS));
          now = await api.trash();
        }
        return now.emptying;
      }
    );
    await store.actions.load();
    if (done === null) {
      return;
    }
    const words = trans._n(
      '%1 run deleted for good; %2 freed.',
      '%1 runs deleted for good; %2 freed.',
      done.done_count,
      formatBytes(done.freed_bytes)
    );
    const later =
      done.later_bytes === 0
        ? ''
        : ` ${trans.__('%1 more within the hour.', formatBytes(done.later_bytes))}`;
    Notification.success(`${words}${later}`, { autoClose: STAYS_MS });
  });
}

/** What is in the trash, and what emptying it comes to. */
function emptyingWords({ trans }: ITrackbook, trash: Trash): string {
  const count = trash.run_count - trash.open_count;
  const stay =
    trash.open_count === 0
      ? ''
      : ` ${trans._n(
          '%1 run stays until it has ended.',
          '%1 runs stay until they have ended.',
          trash.open_count
        )}`;
  if (count === 0) {
    return `${trans.__('There is nothing to delete.')}${stay}`;
  }
  const words = trans._n(
    '%1 run is deleted for good, which frees about %2. There is no way back.',
    '%1 runs are deleted for good, which frees about %2. There is no way back.',
    count,
    formatBytes(trash.size_bytes)
  );
  return `${words}${stay}`;
}

/** The experiment of an id, else the one that is chosen; null: none was. */
async function choose(
  { api, trans }: ITrackbook,
  title: string,
  experimentId: string | undefined
): Promise<Experiment | null> {
  const { experiments } = await api.listExperiments();
  const known = experiments.find(each => each.experiment_id === experimentId);
  if (known !== undefined) {
    return known;
  }
  const { value } = await InputDialog.getItem({
    title,
    items: namesOf(experiments),
    okLabel: trans.__('Choose')
  });
  return experimentNamed(experiments, value ?? '') ?? null;
}

/** What experiments are called in a choice: their names, told apart where several share one. */
function namesOf(experiments: readonly Experiment[]): string[] {
  return experiments.map(each => nameOf(each, experiments));
}

function nameOf(each: Experiment, all: readonly Experiment[]): string {
  return all.filter(({ name }) => name === each.name).length === 1
    ? each.name
    : `${each.name} (${each.notebook_path ?? each.experiment_id})`;
}

function experimentNamed(
  experiments: readonly Experiment[],
  name: string
): Experiment | undefined {
  return experiments.find(each => nameOf(each, experiments) === name);
}
