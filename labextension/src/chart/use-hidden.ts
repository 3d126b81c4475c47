/**
 * Which runs are switched off in a legend.
 */
import { useCallback, useState } from 'react';

export type HiddenRuns = {
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (runId: string) => void;
  /** Switches exactly these off. */
  readonly setHidden: (runIds: ReadonlySet<string>) => void;
};

export function useHidden(): HiddenRuns {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((runId: string): void => {
    setHidden(before => {
      const next = new Set(before);
      if (!next.delete(runId)) {
        next.add(runId);
      }
      return next;
    });
  }, []);
  return { hidden, toggle, setHidden };
}
