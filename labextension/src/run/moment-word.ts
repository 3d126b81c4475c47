/**
 * When a revision was captured, in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RevisionInfo } from '../contract';

export function momentWord(
  moment: RevisionInfo['moment'],
  trans: TranslationBundle
): string {
  switch (moment) {
    case 'scheduled':
      return trans.__('as sent to run');
    case 'ended':
      return trans.__('with its outputs');
    case 'file':
      return trans.__('the file');
    case 'kept':
      return trans.__('kept by hand');
    case 'executed':
      return trans.__('rebuilt from what ran');
  }
}
