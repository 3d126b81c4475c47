/**
 * Things of the server as React state, read again when one of their runs changed.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import type { RunChanged } from '../contract';
import type { IEventListener } from '../live';
import { useTrackbookState } from '../widgets';
import { useServices } from './context';
import { Loader } from './loader';
import type { Resource } from './loader';

export type Loaded<T> = {
  readonly state: Resource<T>;
  readonly reload: () => void;
  /** Takes over what an edit answered. */
  readonly accept: (value: T) => void;
};

/**
 * Loads what `key` names and follows the runs it is made of.
 *
 * @param key names the thing: another key starts over.
 * @param runIds the runs whose changes are a reason to read it again.
 * @param changeOf the store's change that a value is of: where the event bus is silent,
 *   the list of runs may know of a later one.
 */
export function useResource<T>(
  key: string,
  runIds: readonly string[],
  load: () => Promise<T>,
  changeOf?: (value: T) => number
): Loaded<T> {
  const { changes } = useServices();
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const [states, setStates] = useState<{ key: string; state: Resource<T> }>({
    key,
    state: { kind: 'loading' }
  });
  const loader = useRef<Loader<T> | null>(null);
  const followed = runIds.join('\n');

  useEffect(() => {
    const current = new Loader<T>(
      () => latestLoad.current(),
      state => setStates({ key, state })
    );
    const ids = new Set(followed.split('\n'));
    const onChange = (_: IEventListener, changed: RunChanged): void => {
      if (changed.truncated || changed.run_ids.some(id => ids.has(id))) {
        current.request();
      }
    };
    loader.current = current;
    changes.runsChanged.connect(onChange);
    current.request();
    return () => {
      changes.runsChanged.disconnect(onChange);
      current.dispose();
    };
  }, [changes, followed, key]);

  const reload = useCallback(() => {
    setStates(({ state }) => ({
      key,
      state: state.kind === 'failed' ? { kind: 'loading' } : state
    }));
    loader.current?.request();
  }, [key]);
  const accept = useCallback((value: T) => loader.current?.accept(value), []);
  const state: Resource<T> =
    states.key === key ? states.state : { kind: 'loading' };

  const listed = useTrackbookState(({ runs }) =>
    Math.max(0, ...runIds.map(runId => runs[runId]?.change ?? 0))
  );
  const read =
    state.kind === 'ready' && changeOf !== undefined
      ? changeOf(state.value)
      : Infinity;
  useEffect(() => {
    if (listed > read) {
      loader.current?.request();
    }
  }, [listed, read]);

  return { state, reload, accept };
}
