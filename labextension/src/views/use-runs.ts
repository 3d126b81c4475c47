/**
 * Several runs whole, each read again when it changed.
 */
import type { Run } from '../contract';
import { useServices } from './context';
import { useResource } from './use-resource';
import type { Loaded } from './use-resource';

/** The runs in the order of their ids; it fails as a whole where one can't be read. */
export function useRuns(runIds: readonly string[]): Loaded<readonly Run[]> {
  const { api } = useServices();
  return useResource<readonly Run[]>(
    runIds.join('\n'),
    runIds,
    () => Promise.all(runIds.map(runId => api.getRun(runId))),
    runs => Math.max(0, ...runs.map(run => run.change))
  );
}
