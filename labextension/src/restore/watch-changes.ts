/**
 * Whether a shared document changed, whoever changed whatever of it.
 */
import type { SharedNotebook } from './apply';

export type ChangeWatch = {
  readonly changed: boolean;
  readonly restart: () => void;
  readonly stop: () => void;
};

/** The Yjs document under a shared model: outputs change without the model's signal. */
type Observable = {
  readonly on: (event: 'update', heard: () => void) => void;
  readonly off: (event: 'update', heard: () => void) => void;
};

export function watchChanges(model: SharedNotebook): ChangeWatch {
  let changed = false;
  const heard = (): void => {
    changed = true;
  };
  const ydoc: unknown = 'ydoc' in model ? model.ydoc : null;
  const observable = isObservable(ydoc) ? ydoc : null;
  observable?.on('update', heard);
  return {
    get changed() {
      return changed;
    },
    restart: () => {
      changed = false;
    },
    stop: () => observable?.off('update', heard)
  };
}

function isObservable(value: unknown): value is Observable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'on' in value &&
    typeof value.on === 'function' &&
    'off' in value &&
    typeof value.off === 'function'
  );
}
