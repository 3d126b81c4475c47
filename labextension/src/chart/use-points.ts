/**
 * One metric's points of several runs as React state, read again when a run changed.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import type { RunChanged } from '../contract';
import type { IEventListener } from '../live';
import type { LineOptions, Span } from '../plot/types';
import { useServices } from '../views/context';
import { NO_POINTS, PointsFeed } from './points-feed';
import type { Points } from './points-feed';
import type { ChartRun } from './series';

export type LivePoints = {
  readonly points: Points;
  readonly reload: () => void;
};

/** @param active whether anybody sees it: what is out of sight is not read. */
export function usePoints(
  runs: readonly Pick<ChartRun, 'runId' | 'change'>[],
  key: string,
  { xAxis, xMetric }: Pick<LineOptions, 'xAxis' | 'xMetric'>,
  window: Span | null,
  active: boolean
): LivePoints {
  const { api, changes } = useServices();
  const [points, setPoints] = useState(NO_POINTS);
  const feed = useRef<PointsFeed | null>(null);
  const ids = runs.map(run => run.runId).join('\n');
  const [from, to] = window ?? [null, null];

  useEffect(() => {
    if (ids === '' || !active) {
      return;
    }
    const current = new PointsFeed(api, setPoints);
    const followed = new Set(ids.split('\n'));
    const onChange = (_: IEventListener, changed: RunChanged): void => {
      if (changed.truncated || changed.run_ids.some(id => followed.has(id))) {
        current.request();
      }
    };
    feed.current = current;
    changes.runsChanged.connect(onChange);
    return () => {
      changes.runsChanged.disconnect(onChange);
      current.dispose();
      feed.current = null;
    };
  }, [api, changes, ids, active]);

  useEffect(() => {
    feed.current?.want({
      runIds: ids.split('\n'),
      key,
      xAxis,
      xMetric,
      window: from === null || to === null ? null : [from, to]
    });
  }, [api, changes, ids, active, key, xAxis, xMetric, from, to]);

  // Where the event bus is silent, the runs may be known to have changed since.
  const newest = Math.max(0, ...runs.map(run => run.change));
  const stale = points.whole !== null && points.change < newest;
  useEffect(() => {
    if (stale) {
      feed.current?.request();
    }
  }, [stale, newest]);

  const reload = useCallback(() => feed.current?.retry(), []);
  return { points, reload };
}
