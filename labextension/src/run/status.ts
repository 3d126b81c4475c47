/**
 * A run's and an execution's status in words.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellExecution } from '../contract';
import type { RunStatus } from './derive';

export function statusWord(
  status: RunStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'open':
      return trans.__('open');
    case 'finished':
      return trans.__('finished');
    case 'failed':
      return trans.__('failed');
    case 'interrupted':
      return trans.__('interrupted');
    case 'lost':
      return trans.__('lost');
  }
}

/** What a cell's row says beside its duration; nothing where all went well. */
export function executionWord(
  execution: Pick<CellExecution, 'status' | 'error_name'>,
  trans: TranslationBundle
): string {
  switch (execution.status) {
    case 'ok':
      return '';
    case 'running':
      return trans.__('running');
    case 'error':
      return execution.error_name ?? trans.__('failed');
    case 'interrupted':
      return trans.__('interrupted');
    case 'aborted':
      return trans.__('aborted');
  }
}
