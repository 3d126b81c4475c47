import { useCallback, useMemo, useState } from 'react';

export type CollapsedDays = {
  readonly collapsed: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  readonly set: (key: string, collapsed: boolean) => void;
};

/** The days that are folded away, by their key. */
export function useCollapsedDays(): CollapsedDays {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const change = useCallback((key: string, to: (was: boolean) => boolean) => {
    setCollapsed(before => {
      const after = new Set(before);
      if (to(before.has(key))) {
        after.add(key);
      } else {
        after.delete(key);
      }
      return after;
    });
  }, []);
  return useMemo(
    () => ({
      collapsed,
      toggle: key => {
        change(key, was => !was);
      },
      set: (key, isCollapsed) => {
        change(key, () => isCollapsed);
      }
    }),
    [collapsed, change]
  );
}
