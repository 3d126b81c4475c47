/**
 * What can be chosen in the dialog, and what follows from what is known. Pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Failure } from '../api';
import type { NotebookDifference, RestorePlan } from '../contract';
import type { Kept } from './restorer';
import { nameOfRevision } from './ways';
import type { Way } from './ways';

/** The document that would be changed, as far as it is known. */
export type Target = {
  /** The notebook's name, as people call it. */
  readonly name: string;
  readonly path: string;
  readonly state: 'open' | 'closed' | 'gone';
};

/** What the dialog has read. */
export type Facts = {
  readonly plan: RestorePlan;
  /** Null where the run's notebook is nowhere that this server serves. */
  readonly target: Target | null;
  /** What is open, as it was kept; null where it is not open. */
  readonly kept: Kept | null;
  readonly difference: NotebookDifference | null;
  /** Why it can't be told what would change. */
  readonly problem: Failure | null;
};

export type Choice = {
  readonly way: Way;
  readonly which: string;
  readonly facts: Facts;
  /** Cells to take, by their places in the revision from 0. */
  readonly picked: readonly number[];
};

/** What a way does here, or why it can't be taken. */
export function describeWay(
  way: Way,
  facts: Facts | null,
  trans: TranslationBundle
): { readonly text: string; readonly possible: boolean } {
  if (facts === null) {
    return { text: '', possible: way === 'copy' || way === 'look' };
  }
  const { plan, target, kept } = facts;
  switch (way) {
    case 'look':
      return {
        text:
          target?.state === 'open'
            ? trans.__('read-only, beside the notebook')
            : trans.__('read-only'),
        possible: true
      };
    case 'copy':
      return { text: baseName(plan.copy_path), possible: true };
    case 'replace':
    case 'cells': {
      if (target === null) {
        return {
          text:
            plan.place === 'outside'
              ? trans.__('the notebook is outside of the folder of this server')
              : trans.__('the run belongs to no notebook'),
          possible: false
        };
      }
      if (target.state === 'gone') {
        return way === 'replace'
          ? {
              text: trans.__(
                '%1 is not there any more: it is written again',
                target.name
              ),
              possible: true
            }
          : {
              text: trans.__('%1 is not there any more', target.name),
              possible: false
            };
      }
      if (way === 'cells') {
        return { text: trans.__('pick which below'), possible: true };
      }
      return {
        text:
          kept === null
            ? trans.__('%1 is opened and kept first; undo works', target.name)
            : trans.__('what is open is kept as %1; undo works', kept.name),
        possible: true
      };
    }
  }
}

/** What the button says, and whether there is anything to do. */
export function describeAction(
  choice: Pick<Choice, 'way' | 'picked'>,
  facts: Facts | null,
  trans: TranslationBundle
): { readonly label: string; readonly enabled: boolean } {
  const { way, picked } = choice;
  if (facts === null) {
    return { label: trans.__('Restore'), enabled: false };
  }
  const { plan, target, kept, difference } = facts;
  const { possible } = describeWay(way, facts, trans);
  switch (way) {
    case 'look':
      return {
        label:
          plan.revision.moment === 'executed'
            ? trans.__('Look at what was executed')
            : trans.__('Look at %1', nameOfRevision(plan, trans)),
        enabled: true
      };
    case 'copy':
      return {
        label: trans.__('Open %1', baseName(plan.copy_path)),
        enabled: true
      };
    case 'replace':
      if (target?.state === 'gone') {
        return {
          label: trans.__('Write %1 again', target.name),
          enabled: true
        };
      }
      return difference?.equal === true
        ? { label: trans.__('Nothing to replace'), enabled: false }
        : {
            label:
              kept === null
                ? trans.__('Replace')
                : trans.__('Replace, keeping %1', kept.name),
            enabled: possible && difference !== null
          };
    case 'cells':
      return {
        label: trans._n(
          'Take 1 cell',
          'Take %1 cells',
          picked.length,
          picked.length
        ),
        enabled: possible && picked.length > 0
      };
  }
}

export function baseName(path: string): string {
  return path.split('/').pop() ?? path;
}
