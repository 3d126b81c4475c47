/**
 * The rows of what the list folds away: its head, and the end of what is not all read.
 */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { Phase } from '../store';
import { useTrans } from '../widgets';

export function FoldRow(props: {
  readonly count: number;
  readonly open: boolean;
}): ReactElement {
  const { count, open } = props;
  const trans = useTrans();
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <span
      role="gridcell"
      className="jp-trackbook-day-cell"
      title={trans.__(
        'Kept, but not listed: they gave no number that says how good'
      )}
    >
      <Caret.react tag="span" className="jp-trackbook-caret" />
      <span className="jp-trackbook-day-name">
        {trans.__('Without result')}
      </span>
      <span className="jp-trackbook-day-sum">
        {trans._n('%1 run', '%1 runs', count)}
      </span>
    </span>
  );
}

export function FoldEnd(props: {
  readonly phase: Phase['kind'];
  /** How many are not read; null where that is not known. */
  readonly left: number | null;
}): ReactElement {
  const { left } = props;
  const trans = useTrans();
  const words = (): string => {
    switch (props.phase) {
      case 'idle':
      case 'loading':
        return left === null
          ? trans.__('Reading…')
          : trans._n('Reading… %1 more run', 'Reading… %1 more runs', left);
      case 'ready':
        return left === null
          ? trans.__('Show more')
          : trans._n('%1 more run', '%1 more runs', left);
      case 'failed':
        return trans.__('They could not be read. Try again');
    }
  };
  return (
    <span role="gridcell" className="jp-trackbook-fold-end">
      {words()}
    </span>
  );
}
