/**
 * A run's params: what changed first, with what it was.
 */
import { useState } from 'react';

import type { Run } from '../contract';
import { formatValue } from '../format';
import { useServices } from '../views/context';
import { Card } from '../views/parts';
import { orderedParams } from './derive';
import { ParamRow } from './param-row';
import type { OnRule } from './run-names';

const FIRST_SHOWN = 12;

export function RunParams(props: {
  readonly run: Run;
  readonly onRule: OnRule;
}): JSX.Element {
  const { run, onRule } = props;
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
      <table
        className="jp-trackbook-table jp-trackbook-params"
        aria-label={trans.__('Params')}
      >
        <tbody>
          {shown.map(param => (
            <ParamRow key={param.key} param={param} run={run} onRule={onRule} />
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
