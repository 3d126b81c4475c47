/**
 * Puts a cell into the notebook that one works in. Nothing is executed for it.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';

export function addInsertCommand(
  { shell }: JupyterFrontEnd,
  { commands, trans }: ITrackbook,
  tracker: INotebookTracker
): void {
  /** The notebook that was active last; null: none takes a cell. */
  const target = (): NotebookPanel | null => {
    const panel = tracker.currentWidget;
    return panel?.model == null || panel.model.readOnly ? null : panel;
  };
  commands.addCommand(CommandIDs.insertChart, {
    label: trans.__('Insert Chart as a Cell'),
    // It is asked for by a chart alone.
    isVisible: () => false,
    isEnabled: () => target() !== null,
    execute: async ({ source }) => {
      const panel = target();
      if (panel === null || typeof source !== 'string') {
        return;
      }
      const { insertBelow } = await import('./insert-below');
      shell.activateById(panel.id);
      insertBelow(panel, source);
    }
  });
  tracker.currentChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.insertChart);
  });
}
