/**
 * What became of the active cell: its versions, what each gave, and any of them back.
 */
import { useState, useSyncExternalStore } from 'react';

import { messageOf } from '../api';
import { titleOfSource } from '../run/derive';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { useResource } from '../views/use-resource';
import { CellVersionRow } from './cell-version';
import type { CellFollower, OpenCell } from './open-cell';
import { useReloading } from './use-reloading';
import { showVersions } from './versions';

type Props = {
  readonly follower: CellFollower;
  /** Gives the cell this source; rejects where the present can't be kept first. */
  readonly onTakeBack: (cellId: string, source: string) => Promise<void>;
};

export function CellHistoryPage(props: Props): JSX.Element {
  const { follower } = props;
  const { trans } = useServices();
  const cell = useSyncExternalStore(
    told => {
      follower.changed.connect(told);
      return () => follower.changed.disconnect(told);
    },
    () => follower.current
  );
  if (cell === null) {
    return (
      <Empty title={trans.__('History of a cell')}>
        {trans.__(
          'Choose a cell of a notebook: what it was before, and what that gave, appears here.'
        )}
      </Empty>
    );
  }
  if (!cell.isCode) {
    return (
      <Empty title={titleOfSource(cell.source)}>
        {trans.__(
          'This cell is text. What it was before is in the revisions of the notebook.'
        )}
      </Empty>
    );
  }
  return (
    <Versions {...props} key={`${cell.path}\n${cell.cellId}`} cell={cell} />
  );
}

function Versions(props: Props & { readonly cell: OpenCell }): JSX.Element {
  const { cell, onTakeBack } = props;
  const { api, trans } = useServices();
  const { state, reload } = useResource(
    `${cell.path}\n${cell.cellId}`,
    [],
    () => api.cellHistory(cell.path, cell.cellId)
  );
  useReloading(reload);
  const [opened, setOpened] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const title = titleOfSource(cell.source) || trans.__('an empty cell');

  const takeBack = async (source: string, number: number): Promise<void> => {
    try {
      await onTakeBack(cell.cellId, source);
      setSaid(
        trans.__(
          'v%1 is in the cell again; undo in the cell brings back what was there.',
          number
        )
      );
    } catch (thrown) {
      setSaid(messageOf(thrown));
    }
  };

  return (
    <div className="jp-trackbook-history" aria-busy={state.kind === 'loading'}>
      <header className="jp-trackbook-history-header">
        <h2 title={title}>
          <code>{title}</code>
        </h2>
        <p className="jp-trackbook-hint">
          {trans.__(
            'Cell %1 of %2 of %3',
            cell.place,
            cell.cellCount,
            cell.path.split('/').pop() ?? cell.path
          )}
        </p>
      </header>
      <p className="jp-trackbook-history-said" role="status">
        {said}
      </p>
      {body()}
    </div>
  );

  function body(): JSX.Element {
    switch (state.kind) {
      case 'loading':
        return (
          <p className="jp-trackbook-hint">{trans.__('Looking it up…')}</p>
        );
      case 'failed':
        return <FailureNotice failure={state.failure} onRetry={reload} />;
      case 'ready': {
        const shown = showVersions(state.value, cell.source);
        if (shown.length === 0) {
          return (
            <p className="jp-trackbook-hint">
              {trans.__(
                'This cell has not been run yet while the notebook was recorded. Press Record in the notebook’s toolbar and run it: each version is kept from then on.'
              )}
            </p>
          );
        }
        const isNew = !shown.some(({ isPresent }) => isPresent);
        return (
          <>
            {state.problem === null ? null : (
              <FailureNotice failure={state.problem} onRetry={reload} />
            )}
            {isNew ? (
              <p className="jp-trackbook-hint">
                {trans.__('As it stands now, the cell has not been run.')}
              </p>
            ) : null}
            <ol
              className="jp-trackbook-versions"
              aria-label={trans.__('Versions, the one that ran last first')}
            >
              {shown.map(one => (
                <li key={one.version.number}>
                  <CellVersionRow
                    shown={one}
                    cell={cell}
                    open={opened === one.version.number}
                    onToggle={open =>
                      setOpened(open ? one.version.number : null)
                    }
                    onTakeBack={source =>
                      void takeBack(source, one.version.number)
                    }
                  />
                </li>
              ))}
            </ol>
            {state.value.cut_short ? (
              <p className="jp-trackbook-hint">
                {trans.__('There are older versions, which are not listed.')}
              </p>
            ) : null}
          </>
        );
      }
    }
  }
}

function Empty(props: {
  readonly title: string;
  readonly children: string;
}): JSX.Element {
  return (
    <div className="jp-trackbook-history">
      <header className="jp-trackbook-history-header">
        <h2>{props.title}</h2>
      </header>
      <p className="jp-trackbook-hint">{props.children}</p>
    </div>
  );
}
