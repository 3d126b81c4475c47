/**
 * A run's params: what changed first, with what it was.
 */
import { useState } from 'react';

import type { Run, RunParam } from '../contract';
import { formatValue } from '../format';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { Card } from '../views/parts';
import { executionOf, orderedParams } from './derive';

const FIRST_SHOWN = 12;

export function RunParams({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  const [filter, setFilter] = useState('');
  const [showAll, setShowAll] = useState(false);
  const all = orderedParams(run);
  const changedCount = all.filter(param => param.changed).length;
  const wanted = filter.trim().toLowerCase();
  const matching = all.filter(
    param =>
      param.key.toLowerCase().includes(wanted) ||
      formatValue(param.value).toLowerCase().includes(wanted)
  );
  const shown = showAll
    ? matching
    : matching.slice(0, Math.max(FIRST_SHOWN, changedCount));
  const aside =
    all.length === 0
      ? undefined
      : changedCount > 0
        ? trans.__('%1 of %2 changed', changedCount, all.length)
        : trans._n('one, unchanged', '%1, unchanged', all.length, all.length);
  return (
    <Card title={trans.__('Params')} aside={aside}>
      {all.length === 0 ? (
        <p className="jp-trackbook-hint">
          {trans.__(
            'None. Names bound to plain values become params, like lr = 0.01.'
          )}
        </p>
      ) : null}
      {all.length > FIRST_SHOWN ? (
        <input
          className="jp-trackbook-input jp-trackbook-filter"
          type="search"
          aria-label={trans.__('Filter params')}
          placeholder={trans.__('Filter %1 params', all.length)}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      ) : null}
      <table className="jp-trackbook-table" aria-label={trans.__('Params')}>
        <tbody>
          {shown.map(param => (
            <ParamRow key={param.key} param={param} run={run} />
          ))}
        </tbody>
      </table>
      {matching.length === 0 && all.length > 0 ? (
        <p className="jp-trackbook-hint">{trans.__('No param matches.')}</p>
      ) : null}
      {matching.length > shown.length || showAll ? (
        <button
          className="jp-trackbook-link"
          onClick={() => setShowAll(!showAll)}
        >
          {showAll
            ? trans.__('Show fewer')
            : trans.__('Show all %1 params', matching.length)}
        </button>
      ) : null}
    </Card>
  );
}

function ParamRow(props: {
  readonly param: RunParam;
  readonly run: Run;
}): JSX.Element {
  const { param, run } = props;
  const { trans } = useServices();
  const execution = executionOf(run, param.execution_id);
  return (
    <tr className={param.changed ? 'jp-mod-changed' : undefined}>
      <th scope="row" title={`${param.key} · ${param.origin}`}>
        {param.key}
      </th>
      <td className="jp-trackbook-number" title={formatValue(param.value)}>
        {formatValue(param.value)}
      </td>
      <td className="jp-trackbook-was">
        {param.changed
          ? param.is_new
            ? trans.__('new')
            : trans.__('was %1', formatValue(param.previous))
          : null}
        {execution === null ? null : (
          <CellLink
            execution={execution}
            notebookPath={run.notebook_path}
            isCompact
          />
        )}
      </td>
    </tr>
  );
}
