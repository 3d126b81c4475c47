/**
 * Where a run has the words that were searched for: a line of text, the words marked.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { TextHit } from '../contract';
import { useTrans } from '../widgets';

/** How much higher a row is with it, in px; see search.css. */
export const HIT_HEIGHT = 18;

export function Hit({ hit }: { readonly hit: TextHit }): ReactElement {
  const trans = useTrans();
  return (
    <span
      className="jp-trackbook-hit"
      title={hit.before + hit.match + hit.after}
    >
      {placeOf(hit.place, trans)}{' '}
      <code dir="auto">
        {hit.before}
        <mark>{hit.match}</mark>
        {hit.after}
      </code>
    </span>
  );
}

function placeOf(place: TextHit['place'], trans: TranslationBundle): string {
  switch (place) {
    case 'code':
      return trans.__('code:');
    case 'output':
      return trans.__('output:');
    case 'note':
      return trans.__('note:');
    case 'error':
      return trans.__('error:');
    case 'tags':
      return trans.__('tags:');
    case 'params':
      return trans.__('params:');
  }
}
