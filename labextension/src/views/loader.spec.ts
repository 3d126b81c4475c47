import { describe, expect, it } from 'vitest';

import { Loader } from './loader';
import type { Resource } from './loader';

type Call = {
  resolve: (value: number) => void;
  reject: (error: Error) => void;
};

function makeLoader(): {
  loader: Loader<number>;
  calls: Call[];
  shown: Resource<number>[];
} {
  const calls: Call[] = [];
  const shown: Resource<number>[] = [];
  const loader = new Loader<number>(
    () => new Promise((resolve, reject) => calls.push({ resolve, reject })),
    state => shown.push(state)
  );
  return { loader, calls, shown };
}

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

describe('Loader', () => {
  it('asks once more after any number of requests during one', async () => {
    const { loader, calls } = makeLoader();
    loader.request();
    loader.request();
    loader.request();
    expect(calls.length).toBe(1);
    calls[0]?.resolve(1);
    await settle();
    expect(calls.length).toBe(2);
    calls[1]?.resolve(2);
    await settle();
    expect(calls.length).toBe(2);
  });

  it('keeps what it has when reading it again fails, with the reason', async () => {
    const { loader, calls, shown } = makeLoader();
    loader.request();
    calls[0]?.resolve(1);
    await settle();
    loader.request();
    calls[1]?.reject(new Error('gone'));
    await settle();
    expect(shown.at(-1)).toMatchObject({
      kind: 'ready',
      value: 1,
      problem: { kind: 'broken', message: 'gone' }
    });
  });

  it('fails where there is nothing to keep', async () => {
    const { loader, calls, shown } = makeLoader();
    loader.request();
    calls[0]?.reject(new Error('gone'));
    await settle();
    expect(shown.at(-1)?.kind).toBe('failed');
  });

  it('does not let an older answer replace an edit’s', async () => {
    const { loader, calls, shown } = makeLoader();
    loader.request();
    loader.accept(5);
    calls[0]?.resolve(1);
    await settle();
    expect(shown.at(-1)).toMatchObject({ value: 5 });
    expect(calls.length).toBe(2);
    calls[1]?.resolve(6);
    await settle();
    expect(shown.at(-1)).toMatchObject({ value: 6 });
  });

  it('shows nothing any more when it was disposed', async () => {
    const { loader, calls, shown } = makeLoader();
    loader.request();
    loader.dispose();
    calls[0]?.resolve(1);
    await settle();
    expect(shown).toEqual([]);
  });
});
