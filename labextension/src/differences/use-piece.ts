/**
 * Pieces of notebooks for a component: asked for when it is there, never changing.
 */
import { useServices } from '../views/context';
import type { Resource } from '../views/loader';
import { useResource } from '../views/use-resource';

/** Where a piece is from: a side's `ref`, and the piece's name. */
export type PieceName = { readonly ref: string; readonly sha256: string };

/** The pieces, in their order; of a null there is null. */
export function usePieces(names: readonly (PieceName | null)[]): {
  readonly state: Resource<readonly unknown[]>;
  readonly reload: () => void;
} {
  const { api } = useServices();
  const key = names
    .map(name => (name === null ? '' : `${name.ref} ${name.sha256}`))
    .join('\n');
  return useResource(key, [], () =>
    Promise.all(
      names.map(name =>
        name === null ? null : api.piece(name.ref, name.sha256)
      )
    )
  );
}
