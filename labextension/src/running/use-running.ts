/**
 * The runs without an end, read again while someone looks at them.
 */
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import type { RunningList } from '../contract';
import { Follower } from '../live';
import { useServices } from '../views/context';
import { Loader } from '../views/loader';
import type { Resource } from '../views/loader';

export type Running = {
  readonly state: Resource<RunningList>;
  readonly reload: () => void;
};

/** @param node what is looked at; hidden, nothing is read. */
export function useRunning(node: RefObject<HTMLElement>): Running {
  const { api, changes } = useServices();
  const [state, setState] = useState<Resource<RunningList>>({
    kind: 'loading'
  });
  const reload = useRef(() => {});

  useEffect(() => {
    let known = -1;
    const loader = new Loader(api.running, next => {
      if (next.kind === 'ready') {
        known = next.value.change;
      }
      setState(next);
    });
    const follower = new Follower({
      listener: changes,
      // What is found is told by `setState`; the bus announces it, or time does.
      refresh: async () => {
        loader.request();
        return Promise.resolve(false);
      },
      known: () => known,
      isVisible: () =>
        document.visibilityState !== 'hidden' &&
        node.current !== null &&
        node.current.getClientRects().length > 0
    });
    const shown = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) {
        follower.refreshNow();
      }
    });
    if (node.current !== null) {
      shown.observe(node.current);
    }
    reload.current = () => loader.request();
    loader.request();
    return () => {
      shown.disconnect();
      follower.dispose();
      loader.dispose();
    };
  }, [api, changes, node]);

  return { state, reload: () => reload.current() };
}
