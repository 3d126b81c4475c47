/**
 * The page of two notebooks: which they are, and what differs.
 */
import { useEffect } from 'react';

import type { NotebookDifference, NotebookSide } from '../contract';
import { formatAge, formatMoment } from '../format';
import { momentWord } from '../run/moment-word';
import { useServices } from '../views/context';
import { RunLink } from '../views/parts';
import { ResourcePage } from '../views/resource-page';
import { useResource } from '../views/use-resource';
import { useLocale } from '../widgets';
import { NotebookDifferences } from './notebook-differences';

export type Pair = { readonly before: string; readonly after: string };

type Props = {
  readonly pair: Pair;
  readonly onPair: (pair: Pair) => void;
  /** Told what the two are called once that is known. */
  readonly onLabel: (difference: NotebookDifference) => void;
};

export function DifferencesPage({ pair, onPair, onLabel }: Props): JSX.Element {
  const { api, trans } = useServices();
  const { before, after } = pair;
  const { state, reload } = useResource(
    `${before}\n${after}`,
    // What a run restores may change with its next result.
    [before, after],
    () => api.differences(before, after)
  );
  const found = state.kind === 'ready' ? state.value : null;
  useEffect(() => {
    if (found !== null) {
      onLabel(found);
    }
  }, [found, onLabel]);
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Comparing…')}
      gone={{
        title: trans.__('Nothing to compare'),
        text: trans.__('One of these notebooks is not there any more.')
      }}
    >
      {difference => (
        <>
          <header className="jp-trackbook-page-header">
            <h1 className="jp-trackbook-page-title">
              {trans.__(
                '%1 → %2',
                difference.before.label,
                difference.after.label
              )}
            </h1>
            <button
              className="jp-trackbook-button jp-trackbook-small"
              onClick={() => onPair({ before: after, after: before })}
            >
              {trans.__('Swap sides')}
            </button>
          </header>
          <dl className="jp-trackbook-notebook-sides">
            <SideFacts side={difference.before} name={trans.__('before')} />
            <SideFacts side={difference.after} name={trans.__('after')} />
          </dl>
          <NotebookDifferences difference={difference} />
        </>
      )}
    </ResourcePage>
  );
}

function SideFacts(props: {
  readonly side: NotebookSide;
  readonly name: string;
}): JSX.Element {
  const { side, name } = props;
  const { revision } = side;
  const { clock, trans } = useServices();
  const locale = useLocale();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{side.label}</strong>
        {side.run_id === null ? null : (
          <RunLink
            runId={side.run_id}
            number={side.run_number ?? 0}
            name={side.run_name ?? side.run_id}
          />
        )}
        <span title={formatMoment(revision.captured_at, locale)}>
          {momentWord(revision.moment, trans)} ·{' '}
          {formatAge(revision.captured_at, clock(), trans, locale)}
        </span>
        {revision.notebook_path === null ? null : (
          <span className="jp-trackbook-path">{revision.notebook_path}</span>
        )}
      </dd>
    </div>
  );
}
