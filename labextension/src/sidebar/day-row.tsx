/**
 * The head of a day: how many runs, and the best of them.
 */
import type { ReactElement } from 'react';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';

import { formatDay, formatNumber } from '../format';
import type { NumberFormat } from '../format';
import type { DayGroup } from '../list-items';
import { useLocale, useTrans } from '../widgets';

export function DayRow(props: {
  readonly day: DayGroup;
  readonly collapsed: boolean;
  readonly format: NumberFormat | undefined;
  readonly now: number;
  /** More of its runs are on a page that has not been read. */
  readonly isPartial: boolean;
}): ReactElement {
  const { day, collapsed, format = formatNumber, now, isPartial } = props;
  const trans = useTrans();
  const locale = useLocale();
  const Caret = collapsed ? caretRightIcon : caretDownIcon;
  return (
    <span role="gridcell" className="jp-trackbook-day-cell">
      <Caret.react tag="span" className="jp-trackbook-caret" />
      <span className="jp-trackbook-day-name">
        {formatDay(day.at, now, trans, locale)}
      </span>
      <span className="jp-trackbook-day-sum">
        {isPartial
          ? trans.__('%1+ runs', day.count)
          : trans._n('%1 run', '%1 runs', day.count)}
        {day.best !== null && !isPartial && day.count > 1 && (
          <span title={day.best.key}>
            {' · '}
            {trans.__('best')} <b>{format(day.best.value)}</b>
          </span>
        )}
      </span>
    </span>
  );
}
