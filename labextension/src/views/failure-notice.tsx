/**
 * An error in the place of what it kept from being shown, with what mends it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Failure } from '../api';
import { useServices } from './context';

type Props = {
  readonly failure: Failure;
  readonly onRetry: () => void;
};

export function FailureNotice({ failure, onRetry }: Props): JSX.Element {
  const { trans } = useServices();
  return (
    <div className="jp-trackbook-page-notice jp-mod-error" role="alert">
      <span>{describeFailure(failure, trans)}</span>
      <button className="jp-trackbook-link" onClick={onRetry}>
        {trans.__('Try again')}
      </button>
    </div>
  );
}

/** Whether trackbook itself says that the thing does not exist. */
export function isNotFound(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}

export function describeFailure(
  failure: Failure,
  trans: TranslationBundle
): string {
  switch (failure.kind) {
    case 'offline':
      return trans.__('The Jupyter server does not answer.');
    case 'missing':
      return trans.__(
        'This Jupyter server runs without trackbook’s server half. Install trackbook in the server’s environment and start it again.'
      );
    case 'refused':
      return failure.problem.message;
    case 'broken':
      return trans.__('Something went wrong: %1', failure.message);
  }
}
