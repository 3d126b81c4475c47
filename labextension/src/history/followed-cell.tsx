/**
 * The history of whichever cell is active: what follows it lives as long as its page.
 */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';

import { useTrans } from '../widgets';
import { CellHistoryPage } from './cell-history';
import { CellFollower } from './open-cell';

type Props = {
  readonly tracker: INotebookTracker;
  readonly contents: Contents.IManager;
  /** Keeps a notebook as it stands before a cell of it is changed. */
  readonly keepPresent: (context: NotebookPanel['context']) => Promise<unknown>;
};

export function FollowedCell({
  tracker,
  contents,
  keepPresent
}: Props): ReactElement | null {
  const trans = useTrans();
  const [follower, setFollower] = useState<CellFollower | null>(null);
  useEffect(() => {
    const made = new CellFollower(tracker, contents);
    setFollower(made);
    return () => made.dispose();
  }, [tracker, contents]);
  if (follower === null) {
    return null;
  }
  const takeBack = async (cellId: string, source: string): Promise<void> => {
    const { context } = follower;
    if (context !== null) {
      await keepPresent(context);
    }
    if (!follower.setSource(cellId, source)) {
      throw new Error(
        trans.__('Another cell is active by now; nothing was changed.')
      );
    }
    follower.focus();
  };
  return <CellHistoryPage follower={follower} onTakeBack={takeBack} />;
}
