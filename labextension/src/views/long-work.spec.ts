import { Notification } from '@jupyterlab/apputils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PATIENCE_MS, announced } from './long-work';

const shown = () =>
  Notification.manager.notifications.map(({ message, type, options }) => ({
    message,
    type,
    progress: options.progress,
    actions: options.actions?.map(({ label }) => label)
  }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  Notification.dismiss();
});

describe('work that is announced', () => {
  it('says nothing while it is quick', async () => {
    const going = announced({ message: 'Changing' }, async tell => {
      tell(0.5);
      return 7;
    });
    expect(await going).toBe(7);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(shown()).toEqual([]);
  });

  it('shows its progress and its stop, and goes with its end', async () => {
    let end = (): void => undefined;
    let advance: (progress: number) => void = () => undefined;
    const act = vi.fn();
    const going = announced(
      { message: 'Changing', stop: { label: 'Stop', act } },
      tell => {
        advance = tell;
        return new Promise<void>((_, reject) => {
          end = () => reject(new Error('stopped'));
        });
      }
    );
    going.catch(() => undefined);
    advance(0.1);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    const line = {
      message: 'Changing',
      type: 'in-progress',
      actions: ['Stop']
    };
    expect(shown()).toEqual([{ ...line, progress: 0.1 }]);
    advance(0.6);
    expect(shown()).toEqual([{ ...line, progress: 0.6 }]);
    end();
    await expect(going).rejects.toThrow('stopped');
    expect(shown()).toEqual([]);
  });

  it('leaves it to a view as long as that is seen', async () => {
    let isSeen = true;
    let advance: (progress: number) => void = () => undefined;
    void announced({ message: 'Changing', isWanted: () => !isSeen }, tell => {
      advance = tell;
      return new Promise(() => undefined);
    });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    advance(0.3);
    expect(shown()).toEqual([]);
    isSeen = false;
    advance(0.4);
    expect(shown()).toHaveLength(1);
  });
});
