/**
 * What trackbook's plugins share: the token, the commands' ids, the ids of widgets.
 */
import type { IEventListener } from './live';
import type { Api } from './api';
import type { Captured } from './contract';
import type { RecordingStore } from './recordings';
import type { Lists } from './lists';
import type { TrackbookStore } from './store';

import { Token } from '@lumino/coreutils';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

export const PLUGIN_ID = 'trackbook:plugin';
export const PANEL_ID = 'trackbook-panel';

/** Commands and, in the comments, their arguments. */
export const CommandIDs = {
  /** `{ runId: string }` */
  openRun: 'trackbook:open-run',
  /** `{ runIds: string[], key?: string }` */
  chart: 'trackbook:chart',
  /** `{ runIds: string[] }`, two or more */
  compare: 'trackbook:compare',
  /** `{ before: string, after: string }`, each naming a notebook as REST does */
  differences: 'trackbook:differences',
  /** `{ ref?: string, path?: string }`: the open notebook with what `ref` names */
  compareOpen: 'trackbook:compare-open-notebook',
  /** `{ ref: string, path: string }`: a notebook's revision with one that is picked */
  compareRevision: 'trackbook:compare-revision',
  /** `{ runId: string, revisionId?: string }`; resolves to the path that was opened */
  openCopy: 'trackbook:open-notebook-copy',
  /**
   * `{ runId: string, revisionId?: string, way?: 'look' | 'copy' | 'replace' | 'cells',
   * executed?: boolean }`: asks how to restore the run's notebook, and does it
   */
  restore: 'trackbook:restore-notebook',
  /** `{ runId: string, revisionId?: string, path?: string }`: shows it read-only */
  look: 'trackbook:look-at-notebook',
  /** Puts back what the last restore into the current notebook replaced. */
  undoRestore: 'trackbook:undo-restore',
  /** Shows what became of the active cell, and follows the active cell from then on. */
  cellHistory: 'trackbook:cell-history',
  /** `{ path?: string }`: the runs and revisions of a notebook along time */
  timeline: 'trackbook:timeline',
  /** `{ path?, place? }`, see `chrome/notebook-at.ts`: the runs of a notebook */
  notebookRuns: 'trackbook:show-notebook-runs',
  /** `{ path?, place? }`: the runs of a folder of notebooks and of those below it */
  folderRuns: 'trackbook:show-folder-runs',
  /** `{ path?, place? }`: its runs and revisions along time */
  notebookTimeline: 'trackbook:show-notebook-timeline',
  /** `{ path?, place? }`: the notebook, opened if need be, with a revision */
  compareNotebook: 'trackbook:compare-notebook',
  /** `{ path?, place? }`: asks for a revision, then how to restore it */
  restoreRevision: 'trackbook:restore-revision',
  /** `{ place? }`: asks for a deleted notebook (of the folder), writes and opens it */
  restoreDeleted: 'trackbook:restore-deleted-notebook',
  /** The sheet of keys. */
  shortcuts: 'trackbook:shortcuts',
  /** Trackbook's settings in JupyterLab's editor. */
  settings: 'trackbook:settings',
  /** The table of the runs that the panel lists. */
  table: 'trackbook:open-table',
  /** The page of what runs now. */
  running: 'trackbook:show-running',
  /** `{ kernelId: string }`: a kernel of this server */
  interruptKernel: 'trackbook:interrupt-kernel',
  /** `{ runId?, isMenu? }`: a link to the run, or to the comparison of those selected */
  copyLink: 'trackbook:copy-link',
  /** A link to the page whose tab the menu stands on. */
  copyPageLink: 'trackbook:copy-page-link',
  /** `{ search: string }`: opens what a link names */
  openLink: 'trackbook:open-link',
  /** `{ source: string }`: adds a cell below the active one, and goes there */
  insertChart: 'trackbook:insert-chart',
  /** Toggles whether the selected cells are recorded. */
  skipCell: 'trackbook:skip-cell',
  /** `{ isCard?: true }`, which the launcher's card says: shows and focuses the panel */
  showPanel: 'trackbook:show-panel',
  /** `{ place? }`: brings in runs of bundles, chosen here or in the file browser */
  importRuns: 'trackbook:import-runs',
  /** Toggles recording of the current notebook. */
  record: 'trackbook:record',
  /**
   * `{ path: string, cellId: string, source?: string }`: shows a cell in its notebook;
   * resolves to 'same', 'edited' or 'gone'
   */
  showCell: 'trackbook:show-cell'
} as const;

/**
 * What a view of trackbook needs: the server, what is known of it, and words.
 */
export interface ITrackbook {
  readonly api: Api;
  readonly store: TrackbookStore;
  readonly recordings: RecordingStore;
  /** Announces changed runs; views re-read the ones that they show. */
  readonly changes: IEventListener;
  /** The lists on screen, which commands walk through. */
  readonly lists: Lists;
  readonly translator: ITranslator;
  readonly trans: TranslationBundle;
  /** Runs one of `CommandIDs`, or any other command. */
  readonly commands: JupyterFrontEnd['commands'];
}

export const ITrackbook = new Token<ITrackbook>(
  'trackbook:ITrackbook',
  'The runs that trackbook knows, the client of its server, and its translations.'
);

/** The documents of the notebooks that are open, as revisions. */
export interface IOpenNotebooks {
  /**
   * Has an open notebook kept as it stands, with unsaved edits, recorded or not; answers
   * which revision that is. Rejects with an `ApiError` where it can't be kept: what was
   * to follow (to replace it) must not be done then.
   */
  readonly keepPresent: (
    context: NotebookPanel['context']
  ) => Promise<Captured>;
}

export const IOpenNotebooks = new Token<IOpenNotebooks>(
  'trackbook:IOpenNotebooks',
  'Keeps open notebooks as revisions.'
);
