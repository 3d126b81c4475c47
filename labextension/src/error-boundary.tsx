/**
 * Keeps a view that could not be drawn from taking its place with nothing.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Component } from 'react';
import type { ReactElement, ReactNode } from 'react';

import { messageOf } from './api';

type Props = {
  readonly trans: TranslationBundle;
  /** What is drawn inside, as its user would call it. */
  readonly what: string;
  readonly children: ReactNode;
};

type State = { readonly error: Error | null };

/**
 * Draws its children, or what kept them from being drawn and a way to try again. React
 * itself writes the error and where it came from to the console.
 */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return {
      error: thrown instanceof Error ? thrown : new Error(messageOf(thrown))
    };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <Broken
        trans={this.props.trans}
        what={this.props.what}
        error={error}
        onRetry={() => {
          this.setState({ error: null });
        }}
      />
    );
  }
}

function Broken(props: {
  readonly trans: TranslationBundle;
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => void;
}): ReactElement {
  const { trans, what, error, onRetry } = props;
  const words = trans.__('%1 could not be shown.', what);
  return (
    <div className="jp-trackbook-broken" role="alert">
      <p>
        <b>{words}</b> {error.message}
      </p>
      <p>
        {trans.__(
          'Nothing recorded is lost. If it fails again, reload the page.'
        )}
      </p>
      <button
        className="jp-trackbook-button"
        title={`${words} ${error.message}`}
        onClick={onRetry}
      >
        {trans.__('Retry')}
      </button>
    </div>
  );
}
