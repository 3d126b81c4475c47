/**
 * Reading again what anything that was recorded may have changed.
 */
import { useEffect } from 'react';

import { useServices } from '../views/context';
import { afterChanges } from './after-changes';

/** Calls `reload` a moment after a change, once however many there are meanwhile. */
export function useReloading(reload: () => void): void {
  const { changes } = useServices();
  useEffect(() => afterChanges(changes, reload), [changes, reload]);
}
