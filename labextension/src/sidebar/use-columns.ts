import { useCallback, useState } from 'react';

import { failureOf } from '../api';
import type { Failure } from '../api';
import type { RunColumn } from '../contract';
import { whichOf } from '../store';
import { useTrackbook } from '../widgets';

export type KnownColumns =
  | { readonly kind: 'idle' | 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly columns: readonly RunColumn[] };

/** The columns that the list's runs can be shown by, once they are asked for. */
export function useKnownColumns(): readonly [KnownColumns, () => void] {
  const { api, store } = useTrackbook();
  const [known, setKnown] = useState<KnownColumns>({ kind: 'idle' });
  const read = useCallback(() => {
    setKnown(before =>
      before.kind === 'ready' ? before : { kind: 'loading' }
    );
    api.listRunColumns(whichOf(store.getState())).then(
      ({ columns }) => {
        setKnown({ kind: 'ready', columns });
      },
      (thrown: unknown) => {
        setKnown({ kind: 'failed', failure: failureOf(thrown) });
      }
    );
  }, [api, store]);
  return [known, read];
}
