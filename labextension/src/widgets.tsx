/**
 * React inside Lumino: the context that components read, and the thin widget they
 * stand in.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { createContext, useContext } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useStore } from 'zustand';

import type { Api } from './api';
import { ErrorBoundary } from './error-boundary';
import type { RecordingsState } from './recordings';
import type { TrackbookActions, TrackbookState } from './store';
import type { ITrackbook } from './tokens';

const TrackbookContext = createContext<ITrackbook | null>(null);

/** Gives the components inside it their `ITrackbook`; specs use it directly. */
export function TrackbookProvider(props: {
  readonly trackbook: ITrackbook;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <TrackbookContext.Provider value={props.trackbook}>
      {props.children}
    </TrackbookContext.Provider>
  );
}

export function useTrackbook(): ITrackbook {
  const trackbook = useContext(TrackbookContext);
  if (trackbook === null) {
    throw new Error('This component needs a TrackbookProvider around it.');
  }
  return trackbook;
}

export function useApi(): Api {
  return useTrackbook().api;
}

export function useTrans(): TranslationBundle {
  return useTrackbook().trans;
}

/** The language of dates, as a BCP 47 tag; undefined: the browser's. */
export function useLocale(): string | undefined {
  return localeOf(useTrackbook().translator.languageCode);
}

/** A translator's language as a BCP 47 tag; undefined: the browser's. */
export function localeOf(code: string | undefined): string | undefined {
  // Unset in JupyterLab 4.2 where no other language was chosen, whatever its type says.
  return code === undefined || code === 'en' || code === ''
    ? undefined
    : code.replace('_', '-');
}

/** A part of the store; the component draws again when that part changed. */
export function useTrackbookState<T>(
  selector: (state: TrackbookState) => T
): T {
  return useStore(useTrackbook().store, selector);
}

export function useActions(): TrackbookActions {
  return useTrackbook().store.actions;
}

export function useRecordings<T>(selector: (state: RecordingsState) => T): T {
  return useStore(useTrackbook().recordings, selector);
}

/**
 * A Lumino widget that draws one React element inside a `TrackbookProvider`, from when
 * it is first seen: what waits behind a tab fetches neither code nor runs.
 */
export class TrackbookWidget extends ReactWidget {
  constructor(
    private readonly trackbook: ITrackbook,
    private readonly body: () => ReactElement,
    /** What it is called where it can't be drawn. */
    private readonly what: string
  ) {
    super();
    this.addClass('jp-trackbook');
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override render(): ReactElement | null {
    this.wasSeen ||= this.isVisible;
    return !this.wasSeen ? null : (
      <TrackbookProvider trackbook={this.trackbook}>
        <ErrorBoundary trans={this.trackbook.trans} what={this.what}>
          {this.body()}
        </ErrorBoundary>
      </TrackbookProvider>
    );
  }

  private wasSeen = false;
}
