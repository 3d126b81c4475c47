/**
 * What runs can be charted by, read again when they changed, but never in a hurry:
 * the points come by another way.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import type { ChartSubject, RunChanged } from '../contract';
import type { IEventListener } from '../live';
import { useServices } from '../views/context';
import { Loader } from '../views/loader';
import type { Resource } from '../views/loader';

const PAUSE_MS = 2000;

/**
 * @param metrics those whose values are read along.
 * @param active whether anybody sees it: what is out of sight is not read.
 */
export function useChartSubject(
  runIds: readonly string[],
  metrics: readonly string[] = [],
  active = true
): {
  state: Resource<ChartSubject>;
  /** Whether what was read has the metrics that are wanted now. */
  hasMetrics: boolean;
  reload: () => void;
} {
  const { api, changes } = useServices();
  const [state, setState] = useState<Resource<ChartSubject>>({
    kind: 'loading'
  });
  const [readKeys, setReadKeys] = useState('');
  const loader = useRef<Loader<ChartSubject> | null>(null);
  const ids = runIds.join('\n');
  // A metric may be called anything.
  const keys = JSON.stringify(metrics);
  useEffect(() => {
    if (!active) {
      return;
    }
    const followed = ids.split('\n');
    const read = JSON.parse(keys) as string[];
    const current = new Loader<ChartSubject>(
      () => api.chartSubject(followed, read),
      next => {
        setState(next);
        setReadKeys(keys);
      }
    );
    let timer: ReturnType<typeof setTimeout> | null = null;
    const onChange = (_: IEventListener, changed: RunChanged): void => {
      const concerns =
        changed.truncated || changed.run_ids.some(id => followed.includes(id));
      if (concerns && timer === null) {
        timer = setTimeout(() => {
          timer = null;
          current.request();
        }, PAUSE_MS);
      }
    };
    loader.current = current;
    changes.runsChanged.connect(onChange);
    if (ids !== '') {
      current.request();
    }
    return () => {
      changes.runsChanged.disconnect(onChange);
      if (timer !== null) {
        clearTimeout(timer);
      }
      current.dispose();
    };
  }, [api, changes, ids, keys, active]);
  const reload = useCallback(() => {
    setState(before =>
      before.kind === 'failed' ? { kind: 'loading' } : before
    );
    loader.current?.request();
  }, []);
  return { state, hasMetrics: readKeys === keys, reload };
}
