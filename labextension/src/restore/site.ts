/**
 * What the commands of restoring stand on.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { ViewServices } from '../views/context';
import type { NotebookContext, NotebookPlaces } from './notebook-places';
import type { Restorer } from './restorer';

export type RestoreSite = {
  readonly app: JupyterFrontEnd;
  readonly services: ViewServices;
  readonly places: NotebookPlaces;
  /** What changes notebooks, fetched when it is first needed. */
  readonly restorer: () => Promise<Restorer>;
  readonly canUndo: (context: NotebookContext | null) => boolean;
  /** The notebook in front. */
  readonly current: () => NotebookContext | null;
  readonly openFile: (path: string) => void;
};
