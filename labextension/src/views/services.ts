/**
 * The services of views, from what JupyterLab provides.
 */
import type { IThemeManager } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';

import { loadPlotly } from '../chart/plotly';
import type { ITrackbook } from '../tokens';
import type { ViewServices } from './context';
import { pickNotebook } from './pick-notebook';

export function viewServices(
  trackbook: ITrackbook,
  rendermime: IRenderMimeRegistry,
  languages: IEditorLanguageRegistry | null,
  themes: IThemeManager | null,
  docManager: IDocumentManager | null,
  stateDb: IStateDB | null
): ViewServices {
  return {
    ...trackbook,
    rendermime,
    languages,
    pickNotebook:
      docManager === null
        ? null
        : () => pickNotebook(docManager, trackbook.trans),
    themeChanged: themes?.themeChanged ?? null,
    stateDb,
    loadPlotly,
    clock: Date.now
  };
}
