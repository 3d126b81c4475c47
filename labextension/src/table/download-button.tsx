/**
 * All runs of the list as a CSV file, also those that are not read.
 */
import { downloadIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { messageOf } from '../api';
import { columnsOf, sortsOf, whichOf } from '../store';
import type { TrackbookState } from '../store';
import type { ITrackbook } from '../tokens';
import { announced } from '../views/long-work';
import { readText } from '../views/read-text';
import { saveFile } from '../views/save-file';
import { useTrackbook, useTrackbookState, useTrans } from '../widgets';

export function DownloadButton(): ReactElement {
  const trans = useTrans();
  const trackbook = useTrackbook();
  const total = useTrackbookState(state => state.list.total);
  const [isBusy, setBusy] = useState(false);
  return (
    <button
      className="jp-trackbook-quiet"
      disabled={isBusy || total === 0}
      title={trans.__(
        'Save all runs of the list with these columns as a file, also those that are not on screen'
      )}
      onClick={() => {
        setBusy(true);
        void download(trackbook).finally(() => {
          setBusy(false);
        });
      }}
    >
      <downloadIcon.react tag="span" />
      <span className="jp-trackbook-word">{trans.__('Download CSV')}</span>
    </button>
  );
}

/** Saves the file, and says in the foot where that can't be done. */
async function download({ api, store, trans }: ITrackbook): Promise<void> {
  const state = store.getState();
  const stopper = new AbortController();
  const texts: string[] = [];
  let lines = 0;
  const query = {
    ...whichOf(state),
    sort: sortsOf(state),
    column: shownColumns(state)
  };
  try {
    await announced(
      {
        message: trans.__('Writing the runs as CSV…'),
        stop: { label: trans.__('Cancel'), act: () => stopper.abort() }
      },
      async tell =>
        readText(await api.runsCsv(query, stopper.signal), text => {
          texts.push(text);
          lines += text.match(/\n/g)?.length ?? 0;
          tell(Math.min(1, lines / Math.max(1, state.list.total)));
        })
    );
    saveFile(new Blob(texts), 'runs.csv');
  } catch (thrown) {
    if (!stopper.signal.aborted) {
      store.actions.say({ kind: 'failed', message: messageOf(thrown) });
    }
  }
}

/** The columns that the table shows: those chosen, else those that it chose itself. */
function shownColumns(state: TrackbookState): readonly string[] {
  const chosen = columnsOf(state);
  return chosen.length > 0 ? chosen : state.alsoShown;
}
