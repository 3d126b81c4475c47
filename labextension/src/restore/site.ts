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
  readonly restorer: Restorer;
  /** The notebook in front. */
  readonly current: () => NotebookContext | null;
  readonly openFile: (path: string) => void;
};
