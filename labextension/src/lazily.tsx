/**
 * Components whose code is fetched when they are first drawn, so that JupyterLab starts
 * without what nobody has opened.
 */
import { useEffect, useState } from 'react';
import type { ComponentType, ReactElement } from 'react';

import { useTrans } from './widgets';

/** A component that stands in for one whose code is not there yet. */
export type Lazy<Props> = ComponentType<Props> & {
  /** Fetches the code before it is drawn; resolves when drawing takes no wait. */
  readonly preload: () => Promise<void>;
};

/**
 * The component that `load` resolves to. Until then it says that it loads; where the
 * code can't be fetched it says so, and tries again when asked.
 *
 * React's own `lazy` keeps a failed attempt forever; a server may be back in a moment.
 */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>
): Lazy<Props> {
  let Loaded: ComponentType<Props> | null = null;

  const preload = async (): Promise<void> => {
    Loaded ??= await load();
  };

  function Lazily(props: Props): ReactElement {
    const [attempt, setAttempt] = useState(0);
    const [state, setState] = useState<'loading' | 'loaded' | 'failed'>(
      Loaded === null ? 'loading' : 'loaded'
    );
    useEffect(() => {
      let wanted = true;
      const show = (next: 'loaded' | 'failed'): void => {
        if (wanted) {
          setState(next);
        }
      };
      preload().then(
        () => show('loaded'),
        () => show('failed')
      );
      return () => {
        wanted = false;
      };
    }, [attempt]);
    if (Loaded !== null) {
      return <Loaded {...props} />;
    }
    return state === 'failed' ? (
      <Failed
        onRetry={() => {
          setState('loading');
          setAttempt(attempt + 1);
        }}
      />
    ) : (
      <Loading />
    );
  }

  return Object.assign(Lazily, { preload });
}

function Loading(): ReactElement {
  const trans = useTrans();
  return (
    <p className="jp-trackbook-loading" role="status">
      {trans.__('Loading…')}
    </p>
  );
}

function Failed(props: { readonly onRetry: () => void }): ReactElement {
  const trans = useTrans();
  return (
    <div className="jp-trackbook-broken" role="alert">
      <p>
        <b>{trans.__('The code of this view could not be fetched.')}</b>{' '}
        {trans.__(
          'Is the Jupyter server running? If trackbook was updated meanwhile, reload the page.'
        )}
      </p>
      <button className="jp-trackbook-button" onClick={props.onRetry}>
        {trans.__('Retry')}
      </button>
    </div>
  );
}
