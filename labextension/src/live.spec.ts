import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { sampleBus } from '../tests/samples';
import {
  CALM_POLL_MS,
  EAGER_POLL_MS,
  EventListener,
  Follower,
  GATHER_MS,
  RECORDING_CHANGED,
  RUN_CHANGED
} from './live';

function hint(change: number) {
  return { schema_id: RUN_CHANGED, change, run_ids: ['r1'], truncated: false };
}

describe('the listener', () => {
  it('hears of runs and of recordings and passes over the rest', () => {
    const bus = sampleBus();
    const listener = new EventListener(bus.stream);
    const heard: unknown[] = [];
    listener.runsChanged.connect((_, changed) => heard.push(changed.change));
    listener.recordingChanged.connect((_, kernelId) => heard.push(kernelId));
    bus.emit(hint(4));
    bus.emit({ schema_id: RECORDING_CHANGED, kernel_id: 'k1' });
    bus.emit({ schema_id: 'https://example.org/other', change: 5 });
    bus.emit({ schema_id: RUN_CHANGED, change: 'seven' });
    expect(heard).toEqual([4, 'k1']);
  });
});

describe('the follower', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function follow(
    refresh: () => Promise<boolean>,
    more: { known?: () => number; isVisible?: () => boolean } = {}
  ) {
    const bus = sampleBus();
    const listener = new EventListener(bus.stream);
    const options = { known: () => 0, isVisible: () => true, ...more };
    return { bus, follower: new Follower({ listener, refresh, ...options }) };
  }

  it('makes many hints one question', async () => {
    const refresh = vi.fn(async () => true);
    const { bus } = follow(refresh);
    [1, 2, 3].forEach(change => {
      bus.emit(hint(change));
    });
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('asks once more when a hint comes while an answer is under way', async () => {
    let answer: (found: boolean) => void = () => {};
    const refresh = vi.fn(
      async () => new Promise<boolean>(resolve => (answer = resolve))
    );
    const { bus } = follow(refresh);
    bus.emit(hint(1));
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    bus.emit(hint(2));
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
    answer(true);
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('passes over hints of what is known', async () => {
    const refresh = vi.fn(async () => true);
    const { bus } = follow(refresh, { known: () => 5 });
    bus.emit(hint(5));
    await vi.advanceTimersByTimeAsync(GATHER_MS);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('asks by itself, and seldom once the bus has spoken', async () => {
    const refresh = vi.fn(async () => false);
    const { bus } = follow(refresh);
    await vi.advanceTimersByTimeAsync(EAGER_POLL_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
    bus.emit(hint(1));
    // What the hint brought, and the question that was set up before it.
    await vi.advanceTimersByTimeAsync(2 * EAGER_POLL_MS);
    refresh.mockClear();
    await vi.advanceTimersByTimeAsync(CALM_POLL_MS - 2 * EAGER_POLL_MS);
    expect(refresh).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2 * EAGER_POLL_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('asks less and less where nothing happens', async () => {
    const refresh = vi.fn(async () => false);
    follow(refresh);
    await vi.advanceTimersByTimeAsync(10 * CALM_POLL_MS);
    expect(refresh.mock.calls.length).toBeLessThan(20);
  });

  it('asks often again once it found what the bus kept to itself', async () => {
    const refresh = vi.fn(async () => false);
    const { bus } = follow(refresh);
    bus.emit(hint(1));
    await vi.advanceTimersByTimeAsync(EAGER_POLL_MS);
    refresh.mockResolvedValue(true);
    await vi.advanceTimersByTimeAsync(CALM_POLL_MS);
    refresh.mockClear();
    await vi.advanceTimersByTimeAsync(EAGER_POLL_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('leaves the server alone while nobody looks, and when it is disposed', async () => {
    const refresh = vi.fn(async () => true);
    const { bus, follower } = follow(refresh, { isVisible: () => false });
    bus.emit(hint(1));
    await vi.advanceTimersByTimeAsync(CALM_POLL_MS);
    follower.dispose();
    await vi.advanceTimersByTimeAsync(CALM_POLL_MS);
    expect(refresh).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
