/**
 * How the list is shown, remembered from one session to the next: its order, groups,
 * columns and their widths.
 */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { TrackbookState, TrackbookStore } from './state';

const KEY = 'trackbook:list';

/** So many scopes' columns are remembered, the last chosen ones. */
const MOST_SCOPES = 200;

/** Takes over what was remembered, and remembers what is chosen from then on. */
export async function rememberChoices(
  store: TrackbookStore,
  database: Pick<IStateDB, 'fetch' | 'save'>
): Promise<void> {
  store.setState(readChoices(await database.fetch(KEY)));
  store.subscribe((state, before) => {
    if (
      state.sort !== before.sort ||
      state.thenBy !== before.thenBy ||
      state.widths !== before.widths ||
      state.group !== before.group ||
      state.columns !== before.columns
    ) {
      void database.save(KEY, choicesOf(state));
    }
  });
}

function choicesOf(state: TrackbookState): ReadonlyPartialJSONObject {
  const { sort, thenBy, group, columns, widths } = state;
  const scopes = Object.entries(columns).slice(-MOST_SCOPES);
  return {
    sort,
    thenBy: [...thenBy],
    group,
    columns: Object.fromEntries(scopes),
    widths
  };
}

type Choices = Partial<
  Pick<TrackbookState, 'sort' | 'thenBy' | 'group' | 'columns' | 'widths'>
>;

/** What was remembered, as far as it is what it should be. */
export function readChoices(value: unknown): Choices {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  const found: Record<string, unknown> = { ...value };
  const { sort, group } = found;
  return {
    ...(typeof sort === 'string' ? { sort } : {}),
    ...(typeof group === 'string' ? { group } : {}),
    thenBy: readNames(found['thenBy']) ?? [],
    columns: entriesOf(found['columns'], readNames),
    widths: entriesOf(found['widths'], width =>
      typeof width === 'number' ? width : null
    )
  };
}

function entriesOf<T>(
  value: unknown,
  read: (each: unknown) => T | null
): Readonly<Record<string, T>> {
  const found: Record<string, T> = {};
  if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      const known = read(each);
      if (known !== null) {
        found[name] = known;
      }
    }
  }
  return found;
}

function readNames(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every(name => typeof name === 'string')
    ? value
    : null;
}
