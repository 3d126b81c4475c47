/**
 * What an edit of many runs did, in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Edited } from '../store';

export function editedWords(
  edited: Edited,
  count: number,
  trans: TranslationBundle
): string {
  switch (edited) {
    case 'starred':
      return trans._n('%1 run starred', '%1 runs starred', count);
    case 'unstarred':
      return trans._n('%1 star removed', '%1 stars removed', count);
    case 'tagged':
      return trans._n(
        'Tag of %1 run changed',
        'Tags of %1 runs changed',
        count
      );
    case 'moved':
      return trans._n('%1 run moved', '%1 runs moved', count);
    case 'archived':
      return trans._n('%1 run archived', '%1 runs archived', count);
    case 'unarchived':
      return trans._n('%1 run brought back', '%1 runs brought back', count);
    case 'trashed':
      return trans._n(
        '%1 run moved to the trash',
        '%1 runs moved to the trash',
        count
      );
    case 'put-back':
      return trans._n('%1 run put back', '%1 runs put back', count);
  }
}
