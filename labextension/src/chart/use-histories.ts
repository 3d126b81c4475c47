/**
 * One metric's points of several runs, each read again when its run changed.
 */
import { useEffect, useRef, useState } from 'react';

import type { MetricHistory, RunChanged } from '../contract';
import type { IEventListener } from '../live';
import { useServices } from '../views/context';
import { Loader } from '../views/loader';
import type { Resource } from '../views/loader';
import type { ChartRun } from './series';

/** More than a screen is wide in pixels, so that sampling loses nothing to the eye. */
const MAX_POINTS = 2000;

export type Histories = {
  readonly byRun: ReadonlyMap<string, Resource<MetricHistory>>;
  readonly reload: () => void;
};

type Loaded = {
  readonly of: string;
  readonly byRun: ReadonlyMap<string, Resource<MetricHistory>>;
};

const NOTHING: ReadonlyMap<string, Resource<MetricHistory>> = new Map();

export function useHistories(
  runs: readonly Pick<ChartRun, 'runId' | 'change'>[],
  metric: string
): Histories {
  const { api, changes } = useServices();
  const [attempt, setAttempt] = useState(0);
  const runIds = runs.map(run => run.runId);
  const identity = JSON.stringify([metric, ...runIds]);
  const [loaded, setLoaded] = useState<Loaded>({
    of: identity,
    byRun: NOTHING
  });
  const ids = runIds.join('\n');
  const current = useRef<ReadonlyMap<string, Loader<MetricHistory>>>(new Map());

  useEffect(() => {
    if (ids === '') {
      return;
    }
    const loaders = new Map(
      ids.split('\n').map(runId => {
        const show = (state: Resource<MetricHistory>): void =>
          setLoaded(before => ({
            of: identity,
            byRun: new Map(before.of === identity ? before.byRun : NOTHING).set(
              runId,
              state
            )
          }));
        return [
          runId,
          new Loader(() => api.metricHistory(runId, metric, MAX_POINTS), show)
        ] as const;
      })
    );
    const onChange = (_: IEventListener, changed: RunChanged): void => {
      for (const [runId, loader] of loaders) {
        if (changed.truncated || changed.run_ids.includes(runId)) {
          loader.request();
        }
      }
    };
    current.current = loaders;
    changes.runsChanged.connect(onChange);
    loaders.forEach(loader => loader.request());
    return () => {
      changes.runsChanged.disconnect(onChange);
      loaders.forEach(loader => loader.dispose());
    };
  }, [api, changes, identity, ids, metric, attempt]);

  const byRun = loaded.of === identity ? loaded.byRun : NOTHING;
  // Where the event bus is silent, the runs may be known to have changed since.
  const stale = runs
    .filter(({ runId, change }) => {
      const state = byRun.get(runId);
      return state?.kind === 'ready' && state.value.change < change;
    })
    .map(({ runId, change }) => `${runId} ${change}`)
    .join('\n');
  useEffect(() => {
    for (const entry of stale.split('\n')) {
      current.current.get(entry.split(' ')[0] ?? '')?.request();
    }
  }, [stale]);

  return {
    byRun,
    reload: () => setAttempt(count => count + 1)
  };
}
