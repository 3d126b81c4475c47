/**
 * The Record button in a notebook's toolbar.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { recordingOf } from '../recordings';
import type { RecordingView } from '../recordings';
import { useRecordings, useTrans } from '../widgets';

export type RecordLook = {
  readonly mod: 'off' | 'waiting' | 'recording' | 'cannot';
  readonly text: string;
  readonly title: string;
  readonly pressed: boolean;
};

export function RecordButton(props: {
  readonly kernelId: string | null;
  readonly onClick: () => void;
}): ReactElement {
  const { kernelId, onClick } = props;
  const trans = useTrans();
  const view = useRecordings(state => recordingOf(state, kernelId));
  const look = lookOf(view, kernelId !== null, trans);
  return (
    <button
      className={`jp-trackbook-record-button jp-mod-${look.mod}`}
      aria-pressed={look.pressed}
      aria-busy={view.busy}
      disabled={kernelId === null}
      title={look.title}
      onClick={onClick}
    >
      <RecordIcon mod={look.mod} />
      <span>{look.text}</span>
    </button>
  );
}

/** How the button looks and what it says in a state. */
export function lookOf(
  { recording, busy, failure }: RecordingView,
  hasKernel: boolean,
  trans: TranslationBundle
): RecordLook {
  const off = { mod: 'off', text: trans.__('Record'), pressed: false } as const;
  if (!hasKernel) {
    return {
      ...off,
      title: trans.__('Start a kernel to record this notebook')
    };
  }
  if (failure !== null) {
    const mod = 'cannot' as const;
    return {
      ...off,
      mod,
      title: trans.__('Recording can’t be switched: see why')
    };
  }
  switch (recording?.state) {
    case undefined:
    case 'off':
      return busy
        ? { ...off, mod: 'waiting', title: trans.__('Switching recording on') }
        : { ...off, title: trans.__('Record the runs of this notebook') };
    case 'waiting':
      return {
        mod: 'waiting',
        text: trans.__('Waiting'),
        title:
          recording.reason ??
          trans.__(
            'Recording starts as soon as the kernel is free. Click to give up.'
          ),
        pressed: true
      };
    case 'recording':
      return {
        mod: 'recording',
        text: trans.__('Recording'),
        title:
          recording.run_name === null
            ? trans.__('Stop recording; what runs goes on')
            : trans.__(
                'Recording “%1”. Stop recording; what runs goes on',
                recording.run_name
              ),
        pressed: true
      };
    case 'cannot':
      return {
        ...off,
        mod: 'cannot',
        title:
          recording.reason ??
          trans.__('This notebook can’t be recorded: see why')
      };
  }
}

function RecordIcon({
  mod
}: {
  readonly mod: RecordLook['mod'];
}): ReactElement {
  return (
    <svg
      viewBox="0 0 10 10"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
    >
      {mod === 'cannot' ? (
        <>
          <path d="M5 1 L9.4 9 H0.6 Z" strokeLinejoin="round" />
          <path d="M5 4 V6.2 M5 7.3 V8" />
        </>
      ) : mod === 'waiting' ? (
        <>
          <circle cx="5" cy="5" r="4.2" />
          <path d="M5 2.5 V5 L6.8 6.2" />
        </>
      ) : mod === 'recording' ? (
        <circle cx="5" cy="5" r="4.2" fill="currentColor" />
      ) : (
        <>
          <circle cx="5" cy="5" r="4.2" />
          <circle cx="5" cy="5" r="2" fill="currentColor" stroke="none" />
        </>
      )}
    </svg>
  );
}
