import { act, render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import {
  sampleApi,
  sampleRecording,
  sampleTrackbook
} from '../../tests/samples';
import type { Recording } from '../contract';
import { TrackbookProvider } from '../widgets';
import { RecordButton } from './record-button';
import { ObstacleWords } from './cannot-dialog';

async function show(
  recording: Recording | null,
  kernelId: string | null = 'k1'
) {
  const answer = async (): Promise<Recording> => recording ?? sampleRecording();
  const trackbook = sampleTrackbook(sampleApi({ recording: answer }));
  render(
    <TrackbookProvider trackbook={trackbook}>
      <RecordButton kernelId={kernelId} onClick={() => undefined} />
    </TrackbookProvider>
  );
  await act(async () => trackbook.recordings.actions.read('k1'));
  return screen.getByRole('button');
}

describe('the Record button', () => {
  it.each([
    ['off', 'Record', 'false'],
    ['waiting', 'Waiting', 'true'],
    ['recording', 'Recording', 'true'],
    ['cannot', 'Record', 'false']
  ] as const)('says that recording is %s', async (state, text, pressed) => {
    const button = await show(sampleRecording({ state }));
    expect(button.textContent).toBe(text);
    expect(button.getAttribute('aria-pressed')).toBe(pressed);
  });

  it('names the run, and says that stopping stops only the recording', async () => {
    const button = await show(
      sampleRecording({
        state: 'recording',
        run_id: 'r1',
        run_name: 'lr 0.003'
      })
    );
    expect(button.title).toContain('lr 0.003');
    expect(button.title).toContain('what runs goes on');
  });

  it('can’t be pressed without a kernel', async () => {
    expect(await show(null, null)).toHaveProperty('disabled', true);
  });
});

describe('the words about an obstacle', () => {
  it('give the reason and the line that mends it', () => {
    const recording = sampleRecording({
      state: 'cannot',
      reason: 'The environment lacks trackbook.',
      cure: '%pip install trackbook-kernel'
    });
    render(
      <TrackbookProvider trackbook={sampleTrackbook(sampleApi())}>
        <ObstacleWords obstacle={{ kind: 'cannot', recording }} />
      </TrackbookProvider>
    );
    expect(screen.getByText('The environment lacks trackbook.')).toBeTruthy();
    expect(screen.getByText('%pip install trackbook-kernel').tagName).toBe(
      'CODE'
    );
    expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  });
});
