/**
 * The head of a group: what its runs share, how many there are, and the best of them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { STATUSES, columnOf } from '../columns';
import type { RunGroup } from '../contract';
import { formatDay, formatNumber, formatValue } from '../format';
import type { NumberFormat } from '../format';
import { statusWord } from '../run/status';
import { groupOf } from '../store';
import { useLocale, useTrackbookState, useTrans } from '../widgets';

export function GroupRow(props: {
  readonly group: RunGroup;
  readonly collapsed: boolean;
  readonly format: NumberFormat | undefined;
  readonly now: number;
}): ReactElement {
  const { group, collapsed, format = formatNumber, now } = props;
  const trans = useTrans();
  const locale = useLocale();
  const by = useTrackbookState(groupOf);
  const Caret = collapsed ? caretRightIcon : caretDownIcon;
  const title = groupTitle(by, group, now, trans, locale);
  return (
    <span role="gridcell" className="jp-trackbook-day-cell">
      <Caret.react tag="span" className="jp-trackbook-caret" />
      <span
        className="jp-trackbook-day-name"
        dir="auto"
        title={group.notebook_path ?? title}
      >
        {title}
      </span>
      <span className="jp-trackbook-day-sum">
        {trans._n('%1 run', '%1 runs', group.count)}
        {group.best !== null && group.count > 1 && (
          <span title={group.best.key}>
            {' · '}
            {trans.__('best')} <b>{format(group.best.value)}</b>
          </span>
        )}
      </span>
    </span>
  );
}

/** What a group is called. */
export function groupTitle(
  by: string,
  group: Pick<RunGroup, 'value' | 'notebook_path'>,
  now: number,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  const { value, notebook_path: path } = group;
  const notebook = path?.slice(path.lastIndexOf('/') + 1);
  switch (by) {
    case 'day':
      return formatDay(localMidnight(String(value)), now, trans, locale);
    case 'notebook':
      return notebook ?? trans.__('untitled kernel session');
    case 'revision':
      return value === null || value === undefined
        ? trans.__('%1, no revision kept', notebook ?? trans.__('untitled'))
        : `r${String(value)} · ${notebook ?? trans.__('untitled')}`;
    case 'status': {
      const status = STATUSES.find(known => known === value);
      return status === undefined ? String(value) : statusWord(status, trans);
    }
    default: {
      const { kind, key } = columnOf(by);
      if (value !== null && value !== undefined) {
        return `${key} ${formatValue(value)}`;
      }
      return kind === 'tag'
        ? trans.__('without the tag %1', key)
        : trans.__('%1 not set', key);
    }
  }
}

/** The moment at which a day begins here. */
function localMidnight(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).toISOString();
}
