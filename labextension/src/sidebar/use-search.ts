/**
 * The search box's behaviour: what is written in it, when that is searched for, and what
 * can be taken instead.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { FilterCompletions, Problem } from '../contract';
import { useActions, useApi, useTrackbookState } from '../widgets';
import {
  readSearches,
  withRecent,
  withSaved,
  writeSearches
} from './search-memory';
import type { Searches } from './search-memory';
import { optionsOf } from './search-options';
import type { SearchOption } from './search-options';

/** The pause in ms after which what is written is searched for. */
export const SEARCH_PAUSE_MS = 250;
/** The longer one after which it is said that it is not understood: one still writes. */
export const PROBLEM_PAUSE_MS = 900;
const OFFER_PAUSE_MS = 80;

export type SearchBox = {
  readonly text: string;
  /** Why what is written is not searched for. */
  readonly problem: Problem | null;
  readonly options: readonly SearchOption[];
  /** Which option the keyboard stands on; -1: none. */
  readonly active: number;
  readonly isSaved: boolean;
  readonly write: (text: string, cursor: number) => void;
  /** Searches now. */
  readonly submit: (text: string) => void;
  readonly take: (option: SearchOption) => void;
  readonly move: (by: 1 | -1) => void;
  /** Offers what can stand at the cursor. */
  readonly offer: (cursor: number) => void;
  readonly close: () => void;
  readonly clear: () => void;
  readonly toggleSaved: () => void;
};

/** `place` puts the cursor to where it belongs after an option was taken. */
export function useSearch(place: (cursor: number) => void): SearchBox {
  const api = useApi();
  const actions = useActions();
  const applied = useTrackbookState(state => state.filter);
  const [text, setText] = useState(applied);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [offered, setOffered] = useState<FilterCompletions | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [searches, setSearches] = useState<Searches>(() =>
    readSearches(localStorage)
  );
  const timers = useTimers();
  const latest = useRef(text);
  latest.current = text;

  // Another part of trackbook changed or cleared the filter.
  const [lastApplied, setLastApplied] = useState(applied);
  if (applied !== lastApplied) {
    setLastApplied(applied);
    if (applied !== text.trim()) {
      setText(applied);
      setProblem(null);
    }
  }

  const options = useMemo(
    () => (isOpen ? optionsOf(text, offered, searches) : []),
    [isOpen, text, offered, searches]
  );

  const keep = useCallback((change: (before: Searches) => Searches) => {
    setSearches(before => {
      const after = change(before);
      writeSearches(localStorage, after);
      return after;
    });
  }, []);

  const search = useCallback(
    async (filter: string, isFinal: boolean): Promise<void> => {
      timers.clear('search', 'problem');
      const found = await actions.search(filter);
      if (latest.current !== filter) {
        return;
      }
      if (found === null) {
        setProblem(null);
        if (isFinal) {
          keep(before => withRecent(before, filter));
        }
      } else if (isFinal) {
        setProblem(found);
      } else {
        timers.set('problem', PROBLEM_PAUSE_MS - SEARCH_PAUSE_MS, () => {
          setProblem(found);
        });
      }
    },
    [actions, keep, timers]
  );

  const offer = useCallback(
    (filter: string, cursor: number): void => {
      setOpen(true);
      setActive(-1);
      timers.set('offer', OFFER_PAUSE_MS, () => {
        void api
          .completeFilter(filter, cursor)
          .then(found => {
            if (latest.current === filter) {
              setOffered(found);
            }
          })
          .catch(() => {
            // Who writes can do without; a search says what is wrong.
            setOffered(null);
          });
      });
    },
    [api, timers]
  );

  const change = useCallback(
    (filter: string, cursor: number, isFinal: boolean): void => {
      latest.current = filter;
      setText(filter);
      setProblem(null);
      setOffered(null);
      offer(filter, cursor);
      timers.clear('problem');
      timers.set('search', isFinal ? 0 : SEARCH_PAUSE_MS, () => {
        void search(filter, isFinal);
      });
    },
    [offer, search, timers]
  );

  const close = useCallback(() => {
    timers.clear('offer');
    setOpen(false);
    setActive(-1);
  }, [timers]);

  return {
    text,
    problem,
    options,
    active: Math.min(active, options.length - 1),
    isSaved: searches.saved.includes(text.trim()),
    write: (filter, cursor) => {
      change(filter, cursor, false);
    },
    submit: filter => {
      change(filter, filter.length, true);
      close();
    },
    take: option => {
      const isWhole = option.kind !== 'completion';
      change(option.filter, option.cursor, isWhole);
      place(option.cursor);
      if (isWhole) {
        close();
      }
    },
    move: by => {
      const count = options.length;
      setActive(before => ((before + by + count + 1 + 1) % (count + 1)) - 1);
    },
    offer: cursor => {
      offer(latest.current, cursor);
    },
    close,
    clear: () => {
      change('', 0, true);
      close();
    },
    toggleSaved: () => {
      keep(before =>
        withSaved(before, text, !before.saved.includes(text.trim()))
      );
    }
  };
}

type TimerName = 'search' | 'problem' | 'offer';

/** Timers by name, at most one of each; they end with the component. */
function useTimers(): {
  readonly set: (name: TimerName, ms: number, act: () => void) => void;
  readonly clear: (...names: TimerName[]) => void;
} {
  const [timers] = useState(() => {
    const running = new Map<TimerName, ReturnType<typeof setTimeout>>();
    const clear = (...names: TimerName[]): void => {
      names.forEach(name => {
        clearTimeout(running.get(name));
        running.delete(name);
      });
    };
    return {
      clear,
      set: (name: TimerName, ms: number, act: () => void) => {
        clear(name);
        running.set(name, setTimeout(act, ms));
      }
    };
  });
  useEffect(
    () => () => {
      timers.clear('search', 'problem', 'offer');
    },
    [timers]
  );
  return timers;
}
