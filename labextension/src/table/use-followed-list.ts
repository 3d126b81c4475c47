import { useEffect } from 'react';
import type { RefObject } from 'react';

import { followList } from '../sidebar/follow-list';
import { useTrackbook } from '../widgets';

/** Keeps the list up to date while an element is in sight. */
export function useFollowedList(node: RefObject<HTMLElement>): void {
  const { changes, store } = useTrackbook();
  useEffect(() => {
    const follower = followList(
      { changes, store },
      () => (node.current?.getClientRects().length ?? 0) > 0
    );
    const sight = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) {
        follower.refreshNow();
      }
    });
    if (node.current !== null) {
      sight.observe(node.current);
    }
    return () => {
      sight.disconnect();
      follower.dispose();
    };
  }, [changes, store, node]);
}
