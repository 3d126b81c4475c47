/**
 * The searches of before: the last ones, and those that a person keeps. Of this browser.
 */
export type Searches = {
  readonly saved: readonly string[];
  /** The latest first. */
  readonly recent: readonly string[];
};

type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'trackbook:searches';
export const MOST_RECENT = 12;
const MOST_SAVED = 100;
const NOTHING: Searches = { saved: [], recent: [] };

export function readSearches(shelf: Shelf): Searches {
  try {
    const value: unknown = JSON.parse(shelf.getItem(KEY) ?? 'null');
    if (typeof value !== 'object' || value === null) {
      return NOTHING;
    }
    const found: Record<string, unknown> = { ...value };
    return { saved: textsIn(found['saved']), recent: textsIn(found['recent']) };
  } catch {
    return NOTHING;
  }
}

/** Keeps searches; where the browser keeps nothing, they are gone with the page. */
export function writeSearches(shelf: Shelf, searches: Searches): void {
  try {
    shelf.setItem(KEY, JSON.stringify(searches));
  } catch {
    // A full or forbidden storage is no reason not to search.
  }
}

export function withRecent(searches: Searches, filter: string): Searches {
  const text = filter.trim();
  const others = searches.recent.filter(each => each !== text);
  return text === ''
    ? searches
    : { ...searches, recent: [text, ...others].slice(0, MOST_RECENT) };
}

/** Keeps a search for good, or no longer. */
export function withSaved(
  searches: Searches,
  filter: string,
  isSaved: boolean
): Searches {
  const text = filter.trim();
  const others = searches.saved.filter(each => each !== text);
  const saved = isSaved ? [...others, text].slice(-MOST_SAVED) : others;
  return { ...searches, saved };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string')
    : [];
}
