import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';

import { sampleApi, sampleTrackbook } from '../tests/samples';
import { lazily } from './lazily';
import { TrackbookProvider } from './widgets';

function Greeting({ name }: { readonly name: string }): JSX.Element {
  return <p>Hello {name}</p>;
}

it('fetches its code when it is drawn, and draws at once the next time', async () => {
  let fetched = 0;
  const Lazy = lazily(async () => {
    fetched += 1;
    return Greeting;
  });
  expect(fetched).toBe(0);
  const { unmount } = draw(<Lazy name="Ada" />);
  expect(screen.getByRole('status').textContent).toBe('Loading…');
  expect(await screen.findByText('Hello Ada')).toBeTruthy();
  unmount();
  draw(<Lazy name="Grace" />);
  expect(screen.getByText('Hello Grace')).toBeTruthy();
  expect(fetched).toBe(1);
});

it('says that the code can’t be fetched, and tries again', async () => {
  let isThere = false;
  const Lazy = lazily(async () => {
    if (!isThere) {
      throw new Error('ChunkLoadError');
    }
    return Greeting;
  });
  draw(<Lazy name="Ada" />);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('could not be fetched');
  isThere = true;
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(await screen.findByText('Hello Ada')).toBeTruthy();
});

function draw(element: JSX.Element): ReturnType<typeof render> {
  return render(
    <TrackbookProvider trackbook={sampleTrackbook(sampleApi())}>
      {element}
    </TrackbookProvider>
  );
}
