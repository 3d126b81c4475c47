/**
 * The plugin that knows the notebook: Record, captures, and which notebook is active.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { createElement } from 'react';

import { IOpenNotebooks, ITrackbook } from '../tokens';
import { TrackbookWidget } from '../widgets';
import { addRecordCommand, switchRecording } from './commands';
import { followActiveNotebook } from './follow';
import { NotebookCapture } from './notebook-capture';
import { RecordToolbarItem } from './record-item';
import { RecordingWatch } from './recording-watch';
import { StatusItem } from './status-item';

export const notebookPlugin: JupyterFrontEndPlugin<IOpenNotebooks> = {
  id: 'trackbook:notebook',
  description:
    'Records notebooks: the Record button and the capture of documents.',
  autoStart: true,
  provides: IOpenNotebooks,
  requires: [ITrackbook, INotebookTracker],
  optional: [IToolbarWidgetRegistry, IStatusBar, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    tracker: INotebookTracker,
    toolbars: IToolbarWidgetRegistry | null,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = trackbook;
    const open = watchNotebooks(trackbook, tracker);
    followActiveNotebook(trackbook, tracker, app.serviceManager.contents);
    addRecordCommand(trackbook, tracker, palette);
    toolbars?.addFactory(
      'Notebook',
      'trackbook-record',
      (panel: NotebookPanel) =>
        new RecordToolbarItem(trackbook, panel.sessionContext, kernelId => {
          void switchRecording(trackbook, kernelId);
        })
    );
    if (statusBar !== null) {
      const item = new TrackbookWidget(
        trackbook,
        () => createElement(StatusItem),
        trans.__('The state of the recording')
      );
      item.removeClass('jp-trackbook');
      statusBar.registerStatusItem('trackbook:recording', {
        item,
        align: 'left',
        rank: 4
      });
    }
    return open;
  }
};

/** One watch and one capture a document, however many views it has. */
function watchNotebooks(
  trackbook: ITrackbook,
  tracker: INotebookTracker
): IOpenNotebooks {
  const { api, recordings, changes, trans } = trackbook;
  const captures = new Map<NotebookPanel['context'], NotebookCapture>();

  const captureOf = (context: NotebookPanel['context']): NotebookCapture => {
    const known = captures.get(context);
    if (known !== undefined) {
      return known;
    }
    const { model, sessionContext } = context;
    const capture = new NotebookCapture({
      api,
      recordings,
      model,
      sessionContext,
      trans
    });
    const recordingWatch = new RecordingWatch(
      sessionContext,
      recordings,
      changes
    );
    captures.set(context, capture);
    context.disposed.connect(() => {
      captures.delete(context);
      capture.dispose();
      recordingWatch.dispose();
    });
    return capture;
  };
  const watch = async ({ context }: NotebookPanel): Promise<void> => {
    await context.ready;
    if (!context.isDisposed) {
      captureOf(context);
    }
  };

  tracker.forEach(panel => void watch(panel));
  tracker.widgetAdded.connect((_, panel) => void watch(panel));
  NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
    const panel = tracker.find(open => open.content === notebook);
    const source = cell.model.sharedModel.getSource();
    if (panel !== undefined) {
      captures.get(panel.context)?.announce(cell.model.id, source);
    }
  });
  return {
    keepPresent: async context => {
      await context.ready;
      return captureOf(context).keep();
    }
  };
}
