/**
 * What the search box offers below it: completions while one writes, else the searches
 * of before. Pure functions.
 */
import type { FilterCompletions } from '../contract';
import type { Searches } from './search-memory';

export type SearchOption = {
  readonly kind: 'completion' | 'saved' | 'recent';
  readonly label: string;
  readonly about: string;
  /** The whole filter once it is taken, and where the cursor stands in it then. */
  readonly filter: string;
  readonly cursor: number;
};

/** So many recent searches are offered below an empty box. */
const SHOWN_RECENT = 6;

export function optionsOf(
  filter: string,
  completions: FilterCompletions | null,
  searches: Searches
): readonly SearchOption[] {
  if (filter.trim() === '') {
    const recent = searches.recent.filter(
      each => !searches.saved.includes(each)
    );
    const kept: readonly SearchOption[] = [
      ...searches.saved.map(text => whole('saved', text)),
      ...recent.slice(0, SHOWN_RECENT).map(text => whole('recent', text))
    ];
    if (kept.length > 0) {
      return kept;
    }
  }
  if (completions === null) {
    return [];
  }
  const { start, end, items } = completions;
  return items.map(item => ({
    kind: 'completion',
    label: item.label,
    about: item.about,
    filter: filter.slice(0, start) + item.text + filter.slice(end).trimStart(),
    cursor: start + item.text.length
  }));
}

function whole(kind: 'saved' | 'recent', text: string): SearchOption {
  return { kind, label: text, about: '', filter: text, cursor: text.length };
}

export type Excerpt = {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
};

/** So many characters of a filter are shown on each side of what is wrong in it. */
const AROUND = 24;

/** A filter with the place that an error is about, short enough for a narrow panel. */
export function excerptOf(filter: string, start: number, end: number): Excerpt {
  const line = filter.replace(/\s/g, ' ');
  const from = Math.max(0, start - AROUND);
  const to = Math.min(line.length, Math.max(end, start + 1) + AROUND);
  return {
    before: (from > 0 ? '…' : '') + line.slice(from, start),
    // What is missing at the end has a place, too.
    marked: line.slice(start, end) || ' ',
    after: line.slice(end, to) + (to < line.length ? '…' : '')
  };
}
