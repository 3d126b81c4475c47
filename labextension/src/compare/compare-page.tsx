/**
 * Runs put side by side: the sentence, the chart, and what differs.
 */
import { useState } from 'react';

import { useServices } from '../views/context';
import { ResourcePage } from '../views/resource-page';
import { useResource } from '../views/use-resource';
import { ComparedRuns } from './compared-runs';
import { AS_SELECTED, withBaseline } from './order';

/** What a comparison is of and how it is looked at; kept in JupyterLab's layout. */
export type CompareArgs = {
  readonly runIds: readonly string[];
  /** A run that the others are compared with; else the first. */
  readonly baseline?: string;
  readonly order?: string;
  readonly everything?: boolean;
  /** Whether runs are rows. */
  readonly runsDown?: boolean;
  /** The id of its tab. */
  readonly tab?: string;
};

type Props = {
  readonly args: CompareArgs;
  readonly onArgs?: (args: CompareArgs) => void;
};

/** From so many runs on they are rows, until asked otherwise. */
const MANY_RUNS = 13;

export function ComparePage(props: Props): JSX.Element {
  const { api, trans } = useServices();
  const [args, setArgs] = useState(props.args);
  const { runIds } = args;
  const change = (changed: Partial<CompareArgs>): void => {
    const next = { ...args, ...changed };
    setArgs(next);
    props.onArgs?.(next);
  };
  const baseline = runIds.find(id => id === args.baseline) ?? runIds[0] ?? '';
  const ids = withBaseline(runIds, baseline);
  const { state, reload } = useResource(
    ids.join('\n'),
    ids,
    () => api.compare(ids),
    comparison => Math.max(0, ...comparison.runs.map(run => run.change))
  );
  if (runIds.length < 2) {
    return (
      <div className="jp-trackbook-page">
        <div className="jp-trackbook-empty">
          <h1>{trans.__('Nothing to compare')}</h1>
          <p>
            {trans.__(
              'Select two runs or more in the list, then choose Compare.'
            )}
          </p>
        </div>
      </div>
    );
  }
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Comparing…')}
      gone={{
        title: trans.__('These runs can’t be compared'),
        text: trans.__('They are not there any more.')
      }}
      className="jp-trackbook-wide"
    >
      {comparison => (
        <ComparedRuns
          comparison={comparison}
          runIds={runIds}
          look={{
            order: args.order ?? AS_SELECTED,
            everything: args.everything ?? false,
            runsDown: args.runsDown ?? runIds.length >= MANY_RUNS
          }}
          onChange={change}
        />
      )}
    </ResourcePage>
  );
}
