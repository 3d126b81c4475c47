/**
 * The panel when there is no list: nothing yet, not yet, or not possible and why.
 */
import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';

import type { Failure } from '../api';
import { CommandIDs } from '../tokens';
import {
  useActions,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';
import { recordingOf } from '../recordings';
import { useRecordings } from '../widgets';

/** The line that brings back a server half that is installed but not enabled. */
export const ENABLE_LINE = 'jupyter server extension enable trackbook_server';

export function Skeleton(): ReactElement {
  const trans = useTrans();
  return (
    <div
      className="jp-trackbook-skeleton"
      role="progressbar"
      aria-label={trans.__('Reading the runs')}
    >
      {[64, 48, 72, 40, 56].map(width => (
        <div key={width} className="jp-trackbook-skeleton-row">
          <span style={{ inlineSize: `${width}%` }} />
          <span style={{ inlineSize: `${100 - width / 2}%` }} />
        </div>
      ))}
    </div>
  );
}

export function Empty(): ReactElement {
  const trans = useTrans();
  const trackbook = useTrackbook();
  const { trashed, scope, notebookPath } = useTrackbookState(state => state);
  const kernelId = useRecordings(state => state.currentKernelId);
  const isRecording = useRecordings(
    state => recordingOf(state, kernelId).recording?.state === 'recording'
  );
  if (trashed) {
    return (
      <p className="jp-trackbook-state">{trans.__('The trash is empty.')}</p>
    );
  }
  const elsewhere = scope === 'notebook' && notebookPath !== null;
  return (
    <div className="jp-trackbook-state">
      <p>
        {isRecording
          ? trans.__(
              'Recording. Run a cell that trains something: the run appears here.'
            )
          : kernelId === null
            ? trans.__(
                'No runs yet: open a notebook, press Record, and run its cells.'
              )
            : trans.__(
                'No runs yet: press Record, then run the notebook as you always do.'
              )}
      </p>
      {!isRecording && (
        <button
          className="jp-trackbook-button jp-mod-primary"
          disabled={kernelId === null}
          onClick={() => void trackbook.commands.execute(CommandIDs.record)}
        >
          {trans.__('Record')}
        </button>
      )}
      {elsewhere ? (
        <button
          className="jp-trackbook-link"
          onClick={() => {
            trackbook.store.actions.setScope('all');
          }}
        >
          {trans.__('Runs of all notebooks')}
        </button>
      ) : (
        <button
          className="jp-trackbook-link"
          onClick={() => void explain(trackbook)}
        >
          {trans.__('What is recorded?')}
        </button>
      )}
    </div>
  );
}

async function explain({
  trans
}: Pick<ReturnType<typeof useTrackbook>, 'trans'>): Promise<void> {
  await showDialog({
    title: trans.__('What is recorded'),
    body: trans.__(
      'The cells as you run them, the params they set, the scores they give, the environment, and the notebook itself, so that any attempt can be compared and given back. It stays on this Jupyter server. Nothing is written into the notebook.'
    ),
    buttons: [Dialog.okButton()]
  });
}

export function Failed({
  failure
}: {
  readonly failure: Failure;
}): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  return (
    <div className="jp-trackbook-state" role="alert">
      <FailureWords failure={failure} />
      <button
        className="jp-trackbook-button"
        onClick={() => void actions.load()}
      >
        {trans.__('Retry')}
      </button>
    </div>
  );
}

export function FailureWords({
  failure
}: {
  readonly failure: Failure;
}): ReactElement {
  const trans = useTrans();
  switch (failure.kind) {
    case 'offline':
      return (
        <p>
          <b>{trans.__('The Jupyter server does not answer.')}</b>{' '}
          {trans.__('The runs are kept there; the list comes back with it.')}
        </p>
      );
    case 'missing':
      return (
        <>
          <p>
            <b>{trans.__('The server half of trackbook is not running.')}</b>{' '}
            {trans.__('In the environment that starts Jupyter, run')}
          </p>
          <CopyLine line={ENABLE_LINE} />
          <p>{trans.__('and start Jupyter again.')}</p>
        </>
      );
    case 'refused':
      return failure.status === 403 ? (
        <p>
          <b>{trans.__('This Jupyter server does not show you its runs.')}</b>{' '}
          {trans.__(
            'Reload the page to log in again. If that does not help, ask whoever looks after the server to let you read “trackbook”.'
          )}
        </p>
      ) : (
        <p>{failure.problem.message}</p>
      );
    case 'broken':
      return (
        <p>
          <b>{trans.__('The runs can’t be read.')}</b> {failure.message}{' '}
          {trans.__('“trackbook doctor” in a terminal says more.')}
        </p>
      );
  }
}

/** A line to be copied into a terminal or a cell. */
export function CopyLine({ line }: { readonly line: string }): ReactElement {
  const trans = useTrans();
  const [copied, setCopied] = useState(false);
  return (
    <span className="jp-trackbook-copy-line">
      <code>{line}</code>
      <button
        className="jp-trackbook-button"
        onClick={() => {
          Clipboard.copyToSystem(line);
          setCopied(true);
        }}
      >
        {copied ? trans.__('Copied') : trans.__('Copy')}
      </button>
    </span>
  );
}

/** What is wrong although a list is shown, in one quiet line. */
export function Banner(props: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="jp-trackbook-banner" role="status">
      {props.children}
    </div>
  );
}
