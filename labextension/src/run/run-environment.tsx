/**
 * What the run ran in.
 */
import { useState } from 'react';

import type { Environment, Run } from '../contract';
import { useServices } from '../views/context';
import { Card, Disclosure } from '../views/parts';
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
