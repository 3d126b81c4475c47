/**
 * Keeps the list up to date while somebody can see it.
 */
import { Follower } from '../live';
import type { ITrackbook } from '../tokens';

export type ListFollower = {
  /** Reads what changed: the list has come into sight. */
  readonly refreshNow: () => void;
  readonly dispose: () => void;
};

export function followList(
  { changes, store }: Pick<ITrackbook, 'changes' | 'store'>,
  isVisible: () => boolean
): ListFollower {
  const follower = new Follower({
    listener: changes,
    refresh: store.actions.refresh,
    known: () => store.getState().list.change,
    isVisible: () => isVisible() && document.visibilityState !== 'hidden'
  });
  const refreshNow = (): void => {
    follower.refreshNow();
  };
  document.addEventListener('visibilitychange', refreshNow);
  window.addEventListener('online', refreshNow);
  return {
    refreshNow,
    dispose: () => {
      document.removeEventListener('visibilitychange', refreshNow);
      window.removeEventListener('online', refreshNow);
      follower.dispose();
    }
  };
}
