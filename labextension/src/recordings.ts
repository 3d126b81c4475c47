/**
 * What is known of recording, by kernel: the server's word, kept for all who show it.
 */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import { failureOf } from './api';
import type { Api, Failure } from './api';
import type { Recording } from './contract';

export type RecordingView = {
  /** The server's last answer; null before the first. */
  readonly recording: Recording | null;
  /** A request is under way that the user asked for. */
  readonly busy: boolean;
  readonly failure: Failure | null;
};

export type RecordingsState = {
  readonly byKernel: Readonly<Record<string, RecordingView>>;
  /** The kernel of the notebook that the user works in. */
  readonly currentKernelId: string | null;
  /** Why documents are not being captured at present; null: they are. */
  readonly captureTrouble: string | null;
};

export type RecordingActions = {
  /** Reads a kernel's recording again. */
  readonly read: (kernelId: string) => Promise<Recording | null>;
  /** Switches recording on or off; resolves to the new state, null if it failed. */
  readonly record: (kernelId: string, on: boolean) => Promise<Recording | null>;
  readonly setCurrent: (kernelId: string | null) => void;
  readonly forget: (kernelId: string) => void;
  readonly setCaptureTrouble: (trouble: string | null) => void;
};

export type RecordingStore = StoreApi<RecordingsState> & {
  readonly actions: RecordingActions;
};

const UNKNOWN: RecordingView = { recording: null, busy: false, failure: null };

export function createRecordingStore(api: Api): RecordingStore {
  const store = createStore<RecordingsState>(() => ({
    byKernel: {},
    currentKernelId: null,
    captureTrouble: null
  }));
  // The last request of a kernel wins; an answer that was overtaken is dropped.
  const asked = new Map<string, number>();

  function update(kernelId: string, change: Partial<RecordingView>): void {
    store.setState(({ byKernel }) => {
      const view = byKernel[kernelId] ?? UNKNOWN;
      return { byKernel: { ...byKernel, [kernelId]: { ...view, ...change } } };
    });
  }

  async function settle(
    kernelId: string,
    request: () => Promise<Recording>
  ): Promise<Recording | null> {
    const turn = (asked.get(kernelId) ?? 0) + 1;
    asked.set(kernelId, turn);
    const isLatest = (): boolean => asked.get(kernelId) === turn;
    try {
      const recording = await request();
      if (isLatest()) {
        update(kernelId, { recording, busy: false, failure: null });
      }
      return recording;
    } catch (thrown) {
      if (isLatest()) {
        update(kernelId, { busy: false, failure: failureOf(thrown) });
      }
      return null;
    }
  }

  const actions: RecordingActions = {
    read: async kernelId => {
      if (store.getState().byKernel[kernelId]?.busy === true) {
        // What the user asked for is on its way and is newer than this answer.
        return null;
      }
      return settle(kernelId, () => api.recording(kernelId));
    },
    record: async (kernelId, on) => {
      update(kernelId, { busy: true });
      return settle(kernelId, () => api.record(kernelId, on));
    },
    setCurrent: currentKernelId => {
      store.setState({ currentKernelId });
    },
    forget: kernelId => {
      asked.delete(kernelId);
      store.setState(({ byKernel }) => {
        const rest = Object.entries(byKernel).filter(([id]) => id !== kernelId);
        return { byKernel: Object.fromEntries(rest) };
      });
    },
    setCaptureTrouble: captureTrouble => {
      store.setState({ captureTrouble });
    }
  };
  return Object.assign(store, { actions });
}

export function recordingOf(
  state: RecordingsState,
  kernelId: string | null
): RecordingView {
  return (kernelId === null ? undefined : state.byKernel[kernelId]) ?? UNKNOWN;
}

/** Whether documents of a kernel are worth capturing. */
export function isBeingRecorded(recording: Recording | null): boolean {
  return (
    recording !== null &&
    (recording.state === 'recording' ||
      recording.state === 'waiting' ||
      recording.run_id !== null)
  );
}
