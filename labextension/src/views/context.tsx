/**
 * What the main-area views need of JupyterLab besides trackbook itself.
 */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { ISignal } from '@lumino/signaling';
import { createContext, useContext } from 'react';
import type { ReactElement, ReactNode } from 'react';

import type { Plotly } from '../chart/plotly';
import type { ITrackbook } from '../tokens';
import { TrackbookProvider } from '../widgets';

export type ViewServices = ITrackbook & {
  readonly rendermime: IRenderMimeRegistry;
  /** Null where JupyterLab runs without CodeMirror: sources stay plain. */
  readonly languages: IEditorLanguageRegistry | null;
  /** Asks for a notebook, by its path; null: this JupyterLab has no dialog for it. */
  readonly pickNotebook: (() => Promise<string | null>) | null;
  /** Fires when JupyterLab changed its colours. */
  readonly themeChanged: ISignal<unknown, unknown> | null;
  /** JupyterLab's state; null where it keeps none. */
  readonly stateDb: IStateDB | null;
  /** Fetches the code that draws plotly figures of cells when there is one. */
  readonly loadPlotly: () => Promise<Plotly>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
};

const ViewContext = createContext<ViewServices | null>(null);

/** Gives the views inside it their services; specs use it directly. */
export function ViewProvider(props: {
  readonly services: ViewServices;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <TrackbookProvider trackbook={props.services}>
      <ViewContext.Provider value={props.services}>
        {props.children}
      </ViewContext.Provider>
    </TrackbookProvider>
  );
}

export function useServices(): ViewServices {
  const services = useContext(ViewContext);
  if (services === null) {
    throw new Error('This component needs a ViewProvider around it.');
  }
  return services;
}
