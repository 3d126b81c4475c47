import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { makeHistory } from '../../tests/views';
import type { PointsQuery } from '../api';
import type { MetricHistories } from '../contract';
import { PointsFeed } from './points-feed';
import type { Points, Wanted } from './points-feed';

const ALL: Wanted = {
  runIds: ['r1', 'r2'],
  key: 'acc',
  xAxis: 'step',
  xMetric: null,
  window: null
};

/** A server whose answers wait until they are let go. */
function stage(): {
  feed: PointsFeed;
  asked: PointsQuery[];
  shown: Points[];
  answer: (...runIds: string[]) => Promise<void>;
} {
  const asked: PointsQuery[] = [];
  const waiting: ((answer: MetricHistories) => void)[] = [];
  const shown: Points[] = [];
  let change = 0;
  const feed = new PointsFeed(
    {
      metricHistories: query => {
        asked.push(query);
        return new Promise(resolve => waiting.push(resolve));
      }
    },
    points => shown.push(points),
    () => 0
  );
  return {
    feed,
    asked,
    shown,
    answer: async (...runIds) => {
      change += 1;
      waiting.shift()?.({
        histories: runIds.map(run_id => makeHistory([1, 2], { run_id })),
        change
      });
      await vi.advanceTimersByTimeAsync(0);
    }
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a feed of points', () => {
  it('asks once for all runs, then for those that changed', async () => {
    const { feed, asked, shown, answer } = stage();
    feed.want(ALL);
    await answer('r1', 'r2');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.run_id).toEqual(['r1', 'r2']);
    feed.request();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked[1]?.since).toBe(1);
    await answer('r2');
    expect([...(shown.at(-1)?.whole?.keys() ?? [])]).toEqual(['r1', 'r2']);
  });

  it('makes many changes one request, and none at once', async () => {
    const { feed, asked, answer } = stage();
    feed.want(ALL);
    await answer('r1');
    for (let count = 0; count < 50; count += 1) {
      feed.request();
    }
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(2);
    await answer();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(2);
  });

  it('reads a part at once, and keeps the whole for the way back', async () => {
    const { feed, asked, shown, answer } = stage();
    feed.want(ALL);
    await answer('r1');
    feed.want({ ...ALL, window: [10.2, 20.7] });
    expect(asked[1]).toMatchObject({ from: 10, to: 21 });
    expect(asked[1]?.since).toBeUndefined();
    await answer('r1');
    expect(shown.at(-1)?.part?.size).toBe(1);
    expect(shown.at(-1)?.whole?.size).toBe(1);
    feed.want(ALL);
    expect(shown.at(-1)?.part).toBeNull();
    expect(shown.at(-1)?.whole?.size).toBe(1);
    expect(asked[2]?.since).toBe(1);
  });

  it('follows a part and the whole by turns, until both are as new', async () => {
    const { feed, asked, answer } = stage();
    const parts = (): boolean[] => asked.map(query => query.from !== undefined);
    feed.want(ALL);
    await answer('r1');
    feed.want({ ...ALL, window: [0, 10] });
    await answer('r1');
    feed.request();
    await vi.advanceTimersByTimeAsync(1000);
    feed.request();
    await answer('r1');
    await vi.advanceTimersByTimeAsync(1000);
    await answer('r1');
    expect(parts()).toEqual([false, true, false, true]);
    await vi.advanceTimersByTimeAsync(1000);
    await answer('r1');
    await vi.advanceTimersByTimeAsync(5000);
    expect(parts()).toEqual([false, true, false, true, false]);
  });

  it('asks for another metric as x, and for a part of it in decimals', async () => {
    const { feed, asked, shown, answer } = stage();
    feed.want(ALL);
    await answer('r1');
    const over: Wanted = { ...ALL, xAxis: 'metric', xMetric: 'loss' };
    feed.want(over);
    expect(shown.at(-1)?.whole).toBeNull();
    expect(asked[1]).toMatchObject({ x: 'metric', x_key: 'loss' });
    expect(asked[1]?.since).toBeUndefined();
    await answer('r1');
    feed.want({ ...over, window: [0.25, 0.5] });
    expect(asked[2]).toMatchObject({ x_key: 'loss', from: 0.25, to: 0.5 });
    feed.want({ ...over, xMetric: 'other' });
    await answer('r1');
    expect(shown.at(-1)?.part).toBeNull();
    expect(asked[3]).toMatchObject({ x_key: 'other' });
  });

  it('drops the answer of a part that nobody looks at any more', async () => {
    const { feed, asked, shown, answer } = stage();
    feed.want(ALL);
    await answer('r1');
    feed.want({ ...ALL, window: [0, 10] });
    feed.want({ ...ALL, window: [5, 10] });
    await answer('r1');
    expect(shown.at(-1)?.part).toBeNull();
    expect(asked.at(-1)).toMatchObject({ from: 5, to: 10 });
    await answer('r1');
    expect(shown.at(-1)?.part?.size).toBe(1);
  });
});
