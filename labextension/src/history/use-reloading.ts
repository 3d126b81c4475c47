/**
 * Reading again what anything that was recorded may have changed.
 */
import { useEffect } from 'react';

import type { IEventListener } from '../live';
import { useServices } from '../views/context';

const RELOAD_MS = 500;

/** Calls `reload` a moment after a change, once however many there are meanwhile. */
export function useReloading(reload: () => void): void {
  const { changes } = useServices();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const onChange = (_: IEventListener): void => {
      timer ??= setTimeout(() => {
        timer = null;
        reload();
      }, RELOAD_MS);
    };
    changes.runsChanged.connect(onChange);
    return () => {
      changes.runsChanged.disconnect(onChange);
      if (timer !== null) {
        clearTimeout(timer);
      }
    };
  }, [changes, reload]);
}
