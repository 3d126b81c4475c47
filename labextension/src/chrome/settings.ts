/**
 * The user's settings: read here, without a reload, and handed to what they are about.
 */
import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { SORTS, messageOf } from '../api';
import type { Sort } from '../api';
import { PREFERENCES } from '../state';
import type { GroupBy, Preferences, Scope } from '../state';
import { PLUGIN_ID } from '../tokens';
import type { ITrackbook } from '../tokens';

export type Settings = {
  readonly recordNew: boolean;
  readonly scope: Scope;
  readonly sort: Sort;
  readonly group: GroupBy;
  readonly preferences: Preferences;
  /** How long hints of changes are gathered, in seconds. */
  readonly updateSeconds: number;
};

export const DEFAULTS: Settings = {
  recordNew: false,
  scope: 'notebook',
  sort: '-started_at',
  group: 'day',
  preferences: PREFERENCES,
  updateSeconds: 0
};

const GROUPS = ['day', 'notebook', 'revision', 'status', 'none'] as const;
const X_AXES = ['step', 'relative', 'wall'] as const;

/** What may be anything, as settings; what makes no sense is as if it was not said. */
export function readSettings(
  values: Readonly<Record<string, unknown>>
): Settings {
  const { recordNewNotebooks, scope, sort, group, updateSeconds } = values;
  const { cellMarks, chartXAxis, chartSmoothing } = values;
  return {
    recordNew: recordNewNotebooks === true,
    scope: scope === 'all' || scope === 'notebook' ? scope : DEFAULTS.scope,
    sort: SORTS.find(known => known === sort) ?? DEFAULTS.sort,
    group: GROUPS.find(known => known === group) ?? DEFAULTS.group,
    preferences: {
      marksCells: cellMarks === true,
      chartX: X_AXES.find(known => known === chartXAxis) ?? PREFERENCES.chartX,
      chartSmoothing:
        typeof chartSmoothing === 'number' && Number.isFinite(chartSmoothing)
          ? Math.min(0.99, Math.max(0, chartSmoothing))
          : PREFERENCES.chartSmoothing
    },
    updateSeconds:
      typeof updateSeconds === 'number' && Number.isFinite(updateSeconds)
        ? Math.min(60, Math.max(0, updateSeconds))
        : DEFAULTS.updateSeconds
  };
}

/** Follows the settings; what the user chose in the panel holds until they change. */
export async function followSettings(
  registry: ISettingRegistry,
  trackbook: ITrackbook,
  tracker: INotebookTracker
): Promise<void> {
  const { changes, store, trans } = trackbook;
  let settings = DEFAULTS;
  recordNewNotebooks(trackbook, tracker, () => settings.recordNew);

  const apply = (next: Settings): void => {
    const before = settings;
    settings = next;
    if (next.scope !== before.scope) {
      store.actions.setScope(next.scope);
    }
    if (next.sort !== before.sort) {
      store.actions.setSort(next.sort);
    }
    if (next.group !== before.group) {
      store.actions.setGroup(next.group);
    }
    store.actions.prefer(next.preferences);
    changes.gatherMs = next.updateSeconds * 1000;
  };
  try {
    const loaded = await registry.load(PLUGIN_ID);
    const read = (): void => {
      apply(readSettings(loaded.composite));
    };
    loaded.changed.connect(read);
    read();
  } catch (thrown) {
    Notification.warning(
      trans.__(
        'Trackbook’s settings could not be read, so its defaults hold. Look at them in the Settings Editor: %1',
        messageOf(thrown)
      ),
      { autoClose: 15_000 }
    );
  }
}

/** Records notebooks that are opened without any code in them yet. */
function recordNewNotebooks(
  { recordings }: ITrackbook,
  tracker: INotebookTracker,
  isOn: () => boolean
): void {
  const watch = async ({ context }: NotebookPanel): Promise<void> => {
    await context.ready;
    const { cells } = context.model;
    const isNew = [...cells].every(
      cell => cell.sharedModel.getSource().trim() === ''
    );
    if (!isOn() || !isNew || context.isDisposed) {
      return;
    }
    await context.sessionContext.ready;
    const kernelId = context.sessionContext.session?.kernel?.id;
    if (kernelId !== undefined) {
      await recordings.actions.record(kernelId, true);
    }
  };
  tracker.widgetAdded.connect((_, panel) => void watch(panel));
}
