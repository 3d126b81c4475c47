import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { expect, it, vi } from 'vitest';

import { trans } from '../tests/samples';
import { ErrorBoundary } from './error-boundary';

it('says what could not be shown, and shows it when it can be again', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  let works = false;
  const Fragile = (): ReactElement => {
    if (!works) {
      throw new Error('no width');
    }
    return <p>a chart</p>;
  };
  render(
    <ErrorBoundary trans={trans} what="“val_acc”">
      <Fragile />
    </ErrorBoundary>
  );
  const words = screen.getByRole('alert').textContent;
  expect(words).toContain('“val_acc” could not be shown.');
  expect(words).toContain('no width');

  works = true;
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(screen.getByText('a chart')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
