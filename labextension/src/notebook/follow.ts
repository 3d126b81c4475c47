/**
 * Tells the list which notebook is active; where none is, the last one stays.
 */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import type { ITrackbook } from '../tokens';

export function followActiveNotebook(
  { store, recordings }: ITrackbook,
  tracker: INotebookTracker,
  contents: Contents.IManager
): void {
  let current: NotebookPanel | null = null;

  const tellPath = (renamed: boolean): void => {
    if (current !== null) {
      // Without the drive that real-time collaboration puts in front.
      const path = contents.localPath(current.context.path);
      store.actions.setNotebookPath(path, renamed);
    }
  };
  const onPath = (): void => {
    tellPath(true);
  };
  const onKernel = (): void => {
    const kernelId = current?.sessionContext.session?.kernel?.id ?? null;
    recordings.actions.setCurrent(kernelId);
  };
  const onCurrent = (): void => {
    const next = tracker.currentWidget;
    if (next === current) {
      return;
    }
    if (current !== null && !current.isDisposed) {
      current.context.pathChanged.disconnect(onPath);
      current.sessionContext.kernelChanged.disconnect(onKernel);
    }
    current = next;
    current?.context.pathChanged.connect(onPath);
    current?.sessionContext.kernelChanged.connect(onKernel);
    tellPath(false);
    onKernel();
  };

  tracker.currentChanged.connect(onCurrent);
  onCurrent();
}
