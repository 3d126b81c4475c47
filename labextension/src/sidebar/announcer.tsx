/**
 * Says to screen readers what others see happen in the list.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';

import { formatNumber } from '../format';
import type { TrackbookState } from '../store';
import { useTrackbookState, useTrans } from '../widgets';

export function Announcer(): ReactElement {
  const trans = useTrans();
  const state = useTrackbookState(whole => whole);
  const before = useRef(state);
  const node = useRef<HTMLDivElement>(null);
  const [words, setWords] = useState('');
  useEffect(() => {
    const news = newsBetween(before.current, state, trans);
    before.current = state;
    if (news !== null && speaks(node.current)) {
      setWords(news);
    }
  }, [state, trans]);
  return (
    <div
      ref={node}
      className="jp-trackbook-announcer"
      aria-live="polite"
      role="log"
    >
      {words}
    </div>
  );
}

/**
 * Whether it is this one that speaks, of those in the panel and in the table: the one of
 * the view that has the focus, else the first.
 */
function speaks(node: HTMLElement | null): boolean {
  const all = [...document.querySelectorAll('.jp-trackbook-announcer')].filter(
    other => other.closest('.lm-mod-hidden') === null
  );
  const focused = all.find(other =>
    other.closest('.jp-trackbook')?.contains(document.activeElement)
  );
  return (focused ?? all[0]) === node;
}

/** What to say of the step from one state to the next; null: nothing. */
export function newsBetween(
  before: TrackbookState,
  after: TrackbookState,
  trans: TranslationBundle
): string | null {
  if (before.selection.length !== after.selection.length) {
    return trans._n(
      '%1 run selected',
      '%1 runs selected',
      after.selection.length
    );
  }
  if (before.runs === after.runs || before.list.phase.kind !== 'ready') {
    return null;
  }
  for (const id of after.list.ids) {
    const [was, is] = [before.runs[id], after.runs[id]];
    if (is === undefined || was === is) {
      continue;
    }
    if (was === undefined) {
      // A page that was scrolled to is no news.
      return id === after.list.ids[0] ? trans.__('New run: %1', is.name) : null;
    }
    if (was.starred !== is.starred) {
      return is.starred
        ? trans.__('%1: starred', is.name)
        : trans.__('%1: star removed', is.name);
    }
    if (was.name !== is.name && is.is_named) {
      return trans.__('Renamed: %1', is.name);
    }
    if (
      was.status !== is.status &&
      is.status !== 'running' &&
      is.status !== 'open'
    ) {
      const metric = is.main_metric;
      return metric === null
        ? trans.__('%1: %2', is.name, is.status)
        : trans.__(
            '%1: %2, %3 %4',
            is.name,
            is.status,
            metric.key,
            formatNumber(metric.value)
          );
    }
  }
  return null;
}
