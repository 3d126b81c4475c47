/**
 * In which order the list stands, and in which groups.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect } from 'react';
import type { ReactElement } from 'react';

import { SORTS } from '../api';
import { columnOf, columnTitle } from '../columns';
import type { RunColumn } from '../contract';
import { columnsOf, groupOf } from '../store';
import { useActions, useTrackbookState, useTrans } from '../widgets';
import { useKnownColumns } from './use-columns';

export function SortMenu(): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const sort = useTrackbookState(state => state.sort);
  const columns = useTrackbookState(columnsOf);
  const own = columns
    .filter(name => !SORTS.some(known => known === name))
    .flatMap(name => [`-${name}`, name]);
  const sorts = [...new Set([...SORTS, ...own, sort])];
  return (
    <select
      className="jp-trackbook-sort"
      aria-label={trans.__('Order')}
      value={sort}
      onChange={event => {
        actions.setSort(event.target.value);
      }}
    >
      {sorts.map(known => (
        <option key={known} value={known}>
          {sortLabel(known, trans)}
        </option>
      ))}
    </select>
  );
}

export function sortLabel(sort: string, trans: TranslationBundle): string {
  switch (sort) {
    case '-started_at':
      return trans.__('newest first');
    case 'started_at':
      return trans.__('oldest first');
    case '-main_metric':
      return trans.__('highest metric first');
    case 'main_metric':
      return trans.__('lowest metric first');
    case 'starred':
      return trans.__('starred first');
    case 'name':
      return trans.__('name, A to Z');
    case '-name':
      return trans.__('name, Z to A');
    case '-duration_ms':
      return trans.__('longest first');
    case 'duration_ms':
      return trans.__('shortest first');
    default: {
      const title = columnTitle(sort.replace(/^-/, ''), trans);
      return sort.startsWith('-')
        ? trans.__('%1, descending', title)
        : trans.__('%1, ascending', title);
    }
  }
}

export function GroupMenu(): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const chosen = useTrackbookState(state => state.group);
  const group = useTrackbookState(groupOf);
  // Behind the list itself, and again where it has other runs: the menu is opened later.
  const total = useTrackbookState(({ list }) =>
    list.phase.kind === 'ready' ? list.total : 0
  );
  const [known, read] = useKnownColumns();
  useEffect(() => {
    if (total > 0) {
      read();
    }
  }, [total, read]);
  const columns = known.kind === 'ready' ? known.columns : [];
  const params = namesOf(columns, 'param', chosen);
  const tags = namesOf(columns, 'tag', chosen);
  const plain = ['day', 'notebook', 'revision', 'status', 'none'];
  return (
    <label
      className="jp-trackbook-group"
      title={
        chosen === group
          ? undefined
          : trans.__('Days need an order by time: the list has no groups now')
      }
    >
      <span className="jp-trackbook-word">{trans.__('Group:')}</span>
      <select
        className="jp-trackbook-sort"
        aria-label={trans.__('Group by')}
        value={chosen}
        onChange={event => {
          actions.setGroup(event.target.value);
        }}
      >
        {plain.map(name => (
          <option key={name} value={name}>
            {groupLabel(name, trans)}
          </option>
        ))}
        {params.length > 0 && (
          <optgroup label={trans.__('Params')}>
            {params.map(name => (
              <option key={name} value={name}>
                {columnOf(name).key}
              </option>
            ))}
          </optgroup>
        )}
        {tags.length > 0 && (
          <optgroup label={trans.__('Tags')}>
            {tags.map(name => (
              <option key={name} value={name}>
                {columnOf(name).key}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}

/** The columns of a kind to group by: those that vary, and the one that is chosen. */
function namesOf(
  columns: readonly RunColumn[],
  kind: 'param' | 'tag',
  chosen: string
): readonly string[] {
  const found = columns
    .filter(column => column.kind === kind && column.varies)
    .map(column => column.name);
  const isOwn = columnOf(chosen).kind === kind;
  return [...new Set(isOwn ? [chosen, ...found] : found)];
}

function groupLabel(name: string, trans: TranslationBundle): string {
  switch (name) {
    case 'day':
      return trans.__('day');
    case 'notebook':
      return trans.__('notebook');
    case 'revision':
      return trans.__('revision');
    case 'status':
      return trans.__('status');
    default:
      return trans.__('none');
  }
}
