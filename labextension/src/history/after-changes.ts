/**
 * Waiting a moment after anything that was recorded has changed.
 */
import type { IEventListener } from '../live';

const WAIT_MS = 500;

/**
 * Calls `act` a moment after a change, once however many there are meanwhile.
 *
 * @returns what ends it.
 */
export function afterChanges(
  changes: IEventListener,
  act: () => void
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const onChange = (_: IEventListener): void => {
    timer ??= setTimeout(() => {
      timer = null;
      act();
    }, WAIT_MS);
  };
  changes.runsChanged.connect(onChange);
  return () => {
    changes.runsChanged.disconnect(onChange);
    if (timer !== null) {
      clearTimeout(timer);
    }
  };
}
