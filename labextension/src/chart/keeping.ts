/**
 * Where what a person arranged is kept: in JupyterLab's own state, which belongs to the
 * person and the workspace like the layout does. The store of runs is for facts.
 */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

export type Keeping = {
  /** What was kept under that name; undefined where nothing was. */
  readonly read: (name: string) => Promise<unknown>;
  /** Keeps it; where that fails it is there until the page is reloaded. */
  readonly write: (name: string, value: unknown) => void;
};

const PREFIX = 'trackbook:charts:';

export function keepIn(state: IStateDB | null): Keeping {
  const known = new Map<string, unknown>();
  return {
    read: async name => {
      if (!known.has(name) && state !== null) {
        try {
          known.set(name, await state.fetch(PREFIX + name));
        } catch {
          // Not kept, or not readable: it begins anew.
        }
      }
      return known.get(name);
    },
    write: (name, value) => {
      known.set(name, value);
      const plain = JSON.parse(
        JSON.stringify(value)
      ) as ReadonlyPartialJSONValue;
      state?.save(PREFIX + name, plain).catch(() => undefined);
    }
  };
}
