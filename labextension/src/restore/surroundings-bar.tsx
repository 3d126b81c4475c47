/**
 * What differs around the notebook since the run, and what builds its environment.
 */
import { useState } from 'react';

import type { RestorePlan } from '../contract';
import { CopyLine } from '../sidebar/states';
import { useServices } from '../views/context';
import { Disclosure, Segmented } from '../views/parts';
import { describeSurroundings } from './surroundings';

export function SurroundingsBar({
  plan
}: {
  readonly plan: RestorePlan;
}): JSX.Element {
  const { trans } = useServices();
  const { sentences, differs } = describeSurroundings(plan, trans);
  const [open, setOpen] = useState(false);
  const { environment } = plan;
  return (
    <div className="jp-trackbook-surroundings" data-differs={differs}>
      <div className="jp-trackbook-surroundings-line">
        <span>{sentences.join(' ')}</span>
        {environment === null ? null : (
          <button
            className="jp-trackbook-link"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {trans.__('Build its environment…')}
          </button>
        )}
      </div>
      {environment !== null && open ? (
        <BuildLines environment={environment} />
      ) : null}
    </div>
  );
}

function BuildLines({
  environment
}: {
  readonly environment: NonNullable<RestorePlan['environment']>;
}): JSX.Element {
  const { trans } = useServices();
  const [tool, setTool] = useState<'uv' | 'pip'>('uv');
  const { packages, interpreter } = environment;
  return (
    <div className="jp-trackbook-build">
      <p>
        {trans.__(
          'In a terminal, in the notebook’s folder. It builds an environment like the run’s beside the present one, and a kernel of it to choose in the notebook; nothing that is installed changes.'
        )}
      </p>
      <Segmented
        label={trans.__('With which tool')}
        value={tool}
        choices={[
          ['uv', 'uv'],
          ['pip', 'venv + pip']
        ]}
        onChange={setTool}
      />
      <CopyLine key={tool} line={environment[tool].join(' && \\\n')} />
      {packages.length === 0 ? null : (
        <Disclosure
          label={trans._n(
            'One package differs',
            '%1 packages differ',
            packages.length,
            packages.length
          )}
        >
          {() => (
            <table className="jp-trackbook-table">
              <thead>
                <tr>
                  <th scope="col">{trans.__('Package')}</th>
                  <th scope="col">{trans.__('in the run')}</th>
                  <th scope="col" title={interpreter ?? undefined}>
                    {trans.__('here')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {packages.map(({ name, then, now }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{then ?? '–'}</td>
                    <td>{now ?? '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Disclosure>
      )}
    </div>
  );
}
