/**
 * The ways to restore, and what a revision is called: all that is needed before one is
 * asked for.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RestorePlan } from '../contract';

export type Way = 'look' | 'copy' | 'replace' | 'cells';

export const WAYS: readonly Way[] = ['look', 'copy', 'replace', 'cells'];

/** What a revision is called. */
export function nameOfRevision(
  plan: RestorePlan,
  trans: TranslationBundle
): string {
  return plan.revision.moment === 'executed'
    ? trans.__('the cells as executed')
    : trans.__('r%1', plan.revision.number);
}
