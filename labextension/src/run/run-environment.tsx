/**
 * What the run ran in.
 */
import { useState } from 'react';

import type { Environment, Run } from '../contract';
import { NO_VALUE, formatValue } from '../format';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import type { Resource } from '../views/loader';
import { Card, Disclosure } from '../views/parts';
import { useResource } from '../views/use-resource';
import { gitState } from './derive';

export function RunEnvironment({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  const { environment } = run;
  return (
    <Card title={trans.__('Environment')} className="jp-trackbook-later">
      {environment === null ? (
        <p className="jp-trackbook-hint">{trans.__('Not recorded.')}</p>
      ) : (
        <>
          <EnvironmentFacts environment={environment} run={run} />
          <Disclosure
            label={trans._n(
              'one package',
              '%1 packages',
              Object.keys(environment.packages).length,
              Object.keys(environment.packages).length
            )}
          >
            {() => <Packages packages={environment.packages} />}
          </Disclosure>
          {run.previous_run_id === null ? null : (
            <Disclosure label={trans.__('What differs from the run before')}>
              {() => (
                <SinceRun run={run} previousId={run.previous_run_id ?? ''} />
              )}
            </Disclosure>
          )}
          <Disclosure label={trans.__('What differs from now')}>
            {() => <UntilNow run={run} />}
          </Disclosure>
        </>
      )}
    </Card>
  );
}

function EnvironmentFacts(props: {
  readonly environment: Environment;
  readonly run: Run;
}): JSX.Element {
  const { environment, run } = props;
  const { trans } = useServices();
  const git = gitState(environment.git);
  const facts: [string, string, string?][] = [
    [trans.__('Python'), environment.python, environment.executable],
    [trans.__('Platform'), environment.platform],
    [trans.__('Host'), environment.host],
    [trans.__('User'), run.user]
  ];
  if (run.notebook_path !== null) {
    facts.unshift([trans.__('Notebook'), run.notebook_path]);
  }
  if (git !== null) {
    const commit = git.commit?.slice(0, 9) ?? trans.__('no commit');
    const branch = git.branch === null ? '' : ` · ${git.branch}`;
    const state = git.isDirty
      ? trans.__('with changes that are not committed')
      : trans.__('clean');
    facts.push([
      trans.__('Git'),
      `${commit}${branch} · ${state}`,
      git.commit ?? undefined
    ]);
  }
  return (
    <dl className="jp-trackbook-facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value, hover]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={hover ?? value}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The environments of two runs, of which most say the same. */
function SinceRun(props: {
  readonly run: Run;
  readonly previousId: string;
}): JSX.Element {
  const { run, previousId } = props;
  const { api, trans } = useServices();
  const { state, reload } = useResource(`${previousId} ${run.run_id}`, [], () =>
    api.compare([previousId, run.run_id])
  );
  return (
    <Differing
      state={state}
      onRetry={reload}
      rowsOf={comparison =>
        comparison.environment
          .filter(({ differs }) => differs)
          .map(({ key, values, present }) => ({
            key,
            before: present[0] === true ? formatValue(values[0]) : NO_VALUE,
            after: present[1] === true ? formatValue(values[1]) : NO_VALUE
          }))
      }
      heads={[run.previous_name ?? trans.__('before'), trans.__('this run')]}
      same={trans.__('Nothing: the same environment.')}
    />
  );
}

/** The run's packages beside those that its notebook would run with now. */
function UntilNow({ run }: { readonly run: Run }): JSX.Element {
  const { api, trans } = useServices();
  const { state, reload } = useResource(run.run_id, [], () =>
    api.restorePlan(
      run.run_id,
      run.kernel_id === null ? {} : { kernel_id: run.kernel_id }
    )
  );
  return (
    <Differing
      state={state}
      onRetry={reload}
      rowsOf={({ environment }) =>
        environment === null || environment.interpreter === null
          ? null
          : [
              ...(environment.python_now === environment.python_then
                ? []
                : [
                    {
                      key: 'python',
                      before: environment.python_then,
                      after: environment.python_now ?? NO_VALUE
                    }
                  ]),
              ...environment.packages.map(({ name, then, now }) => ({
                key: name,
                before: then ?? NO_VALUE,
                after: now ?? NO_VALUE
              }))
            ]
      }
      heads={[trans.__('this run'), trans.__('now')]}
      same={trans.__('Nothing: the same packages.')}
    />
  );
}

type Changed = {
  readonly key: string;
  readonly before: string;
  readonly after: string;
};

function Differing<T>(props: {
  readonly state: Resource<T>;
  readonly onRetry: () => void;
  /** Null where there is nothing to compare with. */
  readonly rowsOf: (value: T) => readonly Changed[] | null;
  readonly heads: readonly [string, string];
  readonly same: string;
}): JSX.Element {
  const { state, onRetry, rowsOf, heads, same } = props;
  const { trans } = useServices();
  switch (state.kind) {
    case 'loading':
      return <p className="jp-trackbook-hint">{trans.__('Comparing…')}</p>;
    case 'failed':
      return <FailureNotice failure={state.failure} onRetry={onRetry} />;
    case 'ready': {
      const rows = rowsOf(state.value);
      if (rows === null) {
        return (
          <p className="jp-trackbook-hint">
            {trans.__('No kernel is known that it would run with now.')}
          </p>
        );
      }
      return rows.length === 0 ? (
        <p className="jp-trackbook-hint">{same}</p>
      ) : (
        <div className="jp-trackbook-scroll">
          <table className="jp-trackbook-table">
            <thead>
              <tr>
                <td />
                {heads.map(head => (
                  <th key={head} scope="col" className="jp-trackbook-number">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.key}>
                  <th scope="row">{row.key}</th>
                  <td className="jp-trackbook-number">{row.before}</td>
                  <td className="jp-trackbook-number">{row.after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    }
  }
}

function Packages(props: {
  readonly packages: Readonly<Record<string, string>>;
}): JSX.Element {
  const { trans } = useServices();
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = Object.entries(props.packages)
    .filter(([name]) => name.toLowerCase().includes(wanted))
    .sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className="jp-trackbook-packages">
      <input
        className="jp-trackbook-input jp-trackbook-filter"
        type="search"
        aria-label={trans.__('Filter packages')}
        placeholder={trans.__('Filter packages')}
        value={filter}
        onChange={event => setFilter(event.target.value)}
      />
      <div
        className="jp-trackbook-scroll"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Packages')}
      >
        <table className="jp-trackbook-table">
          <tbody>
            {shown.map(([name, version]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="jp-trackbook-number">{version}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 ? (
          <p className="jp-trackbook-hint">{trans.__('No package matches.')}</p>
        ) : null}
      </div>
    </div>
  );
}
