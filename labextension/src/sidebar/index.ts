/**
 * The plugin of the panel "Runs".
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IStateDB } from '@jupyterlab/statedb';
import type { Message } from '@lumino/messaging';
import { createElement } from 'react';

import { lazily } from '../lazily';
import { rememberChoices } from '../preferences';
import { ITrackbook, PANEL_ID } from '../tokens';
import { TrackbookWidget } from '../widgets';
import { notebookPage } from '../views/place';
import { addListCommands } from './commands';
import { drawn } from './drawn';
import { followList } from './follow-list';
import type { ListFollower } from './follow-list';
import { runsIcon } from './icons';
import { createWidener } from './widen';

const Panel = lazily(async () => (await import('./panel')).Panel);

/** The panel; it keeps its list up to date while it can be seen. */
class RunsPanel extends TrackbookWidget {
  constructor(trackbook: ITrackbook, files: IDefaultFileBrowser | null) {
    const { trans } = trackbook;
    super(
      trackbook,
      () => createElement(Panel, { files }),
      trans.__('The list of runs')
    );
    this.id = PANEL_ID;
    this.title.icon = runsIcon;
    this.title.caption = trans.__('Runs');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Runs'));
    this.follower = followList(trackbook, () => this.isVisible);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.follower.dispose();
    }
    super.dispose();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.follower.refreshNow();
    this.widen();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    void this.takeFocus();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.follower.refreshNow();
  }

  /** Puts the keyboard into the search box. */
  async focusFilter(): Promise<void> {
    const box = await drawn(this.node, () => this.find('[role="combobox"]'));
    box?.focus();
  }

  /** The focus goes to the row that it was on, or to whatever can be done first. */
  private async takeFocus(): Promise<void> {
    const before = document.activeElement;
    const wanted = await drawn(
      this.node,
      () =>
        this.find('[role="row"][tabindex="0"]') ??
        this.find('.jp-trackbook-state button:enabled')
    );
    // Meanwhile the user may have gone elsewhere.
    if (
      this.isVisible &&
      document.activeElement === before &&
      !this.node.contains(before)
    ) {
      (wanted ?? this.find('input:checked'))?.focus();
    }
  }

  private find(selector: string): HTMLElement | null {
    return this.node.querySelector<HTMLElement>(selector);
  }

  private readonly widen = createWidener(this);
  private readonly follower: ListFollower;
}

export const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:sidebar',
  description: 'The panel that lists the runs of the notebook beside it.',
  autoStart: true,
  requires: [ITrackbook],
  optional: [
    ICommandPalette,
    IDocumentManager,
    ILayoutRestorer,
    IDefaultFileBrowser,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    palette: ICommandPalette | null,
    docManager: IDocumentManager | null,
    restorer: ILayoutRestorer | null,
    files: IDefaultFileBrowser | null,
    database: IStateDB | null
  ) => {
    if (database !== null) {
      // Where nothing can be fetched, nothing was remembered.
      void rememberChoices(trackbook.store, database).catch(() => undefined);
    }
    const panel = new RunsPanel(trackbook, files);
    // On the left, Notebook has the table of contents alone, and no tabs.
    const side = notebookPage() === '' ? 'left' : 'right';
    app.shell.add(panel, side, { rank: 350, type: 'Runs' });
    restorer?.add(panel, PANEL_ID);
    trackbook.store.subscribe(({ notice }, before) => {
      if (notice?.kind === 'working' && before.notice?.kind !== 'working') {
        void import('./announce-edit').then(({ announceEdit }) =>
          announceEdit(
            trackbook,
            () => panel.isVisible || trackbook.lists.isInSight
          )
        );
      }
    });
    addListCommands({
      app,
      trackbook,
      palette,
      docManager,
      show: () => {
        app.shell.activateById(PANEL_ID);
      },
      focusFilter: () => panel.focusFilter()
    });
  }
};
