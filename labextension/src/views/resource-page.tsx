/**
 * A page of one thing of the server: while it is read, when it can't be, when it is gone.
 */
import type { ReactNode } from 'react';

import type { Failure } from '../api';
import { CommandIDs } from '../tokens';
import { useServices } from './context';
import { FailureNotice, describeFailure, isNotFound } from './failure-notice';
import type { Resource } from './loader';

type Props<T> = {
  readonly state: Resource<T>;
  readonly onRetry: () => void;
  /** What stands there while it is read. */
  readonly loading: string;
  /** What is said of a thing that does not exist, or no longer. */
  readonly gone: Gone;
  readonly className?: string;
  readonly children: (value: T) => ReactNode;
};

export type Gone = { readonly title: string; readonly text: string };

export function ResourcePage<T>(props: Props<T>): JSX.Element {
  const { state, onRetry, loading, gone, className = '', children } = props;
  const isLoading = state.kind === 'loading';
  return (
    <div
      className={`jp-trackbook-page ${className}`}
      aria-busy={isLoading || undefined}
    >
      {content()}
    </div>
  );

  function content(): ReactNode {
    switch (state.kind) {
      case 'loading':
        return (
          <p className="jp-trackbook-hint" role="status">
            {loading}
          </p>
        );
      case 'failed':
        return isNotFound(state.failure) ? (
          <GoneNotice gone={gone} failure={state.failure} onRetry={onRetry} />
        ) : (
          <FailureNotice failure={state.failure} onRetry={onRetry} />
        );
      case 'ready':
        // What was deleted while it was looked at can't be acted on any more.
        return state.problem !== null && isNotFound(state.problem) ? (
          <GoneNotice gone={gone} failure={state.problem} onRetry={onRetry} />
        ) : (
          <>
            {state.problem === null ? null : (
              <FailureNotice failure={state.problem} onRetry={onRetry} />
            )}
            {children(state.value)}
          </>
        );
    }
  }
}

/** What stands in the place of something that is gone, and the way back. */
function GoneNotice(props: {
  readonly gone: Gone;
  readonly failure: Failure;
  readonly onRetry: () => void;
}): JSX.Element {
  const { commands, trans } = useServices();
  const { gone, failure, onRetry } = props;
  return (
    <div className="jp-trackbook-empty" role="alert">
      <h1>{gone.title}</h1>
      <p>{gone.text}</p>
      <p className="jp-trackbook-hint">{describeFailure(failure, trans)}</p>
      <div className="jp-trackbook-actions jp-trackbook-empty-actions">
        <button
          className="jp-trackbook-button jp-mod-primary"
          onClick={() => void commands.execute(CommandIDs.showPanel)}
        >
          {trans.__('Show the runs')}
        </button>
        <button className="jp-trackbook-button" onClick={onRetry}>
          {trans.__('Look again')}
        </button>
      </div>
    </div>
  );
}
