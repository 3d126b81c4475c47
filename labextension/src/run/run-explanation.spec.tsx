import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { makeExplanation, makeRun, makeStage, show } from '../../tests/views';
import type { Stage } from '../../tests/views';
import type { Explanation, ExplanationReason } from '../contract';
import { RunExplanation } from './run-explanation';

const HIDDEN: ExplanationReason = {
  kind: 'gone',
  severity: 'red',
  sentence:
    '`Xs = scaler.transform(X)` reads `scaler`, last written by a cell that is no longer there: `scaler = Scaler()`.',
  name: 'scaler',
  cells: [
    {
      title: 'Xs = scaler.transform(X)',
      cell_id: 'c7',
      execution_id: 'e7',
      place: 7
    },
    {
      title: 'scaler = Scaler()',
      cell_id: 'c3',
      execution_id: 'e3',
      place: null
    }
  ]
};

async function showExplanation(part: Partial<Explanation>): Promise<Stage> {
  const stage = makeStage({ explanations: { r1: makeExplanation(part) } });
  show(stage, <RunExplanation run={makeRun({ run_id: 'r1' })} />);
  await screen.findByRole('list');
  return stage;
}

describe('does the notebook explain it', () => {
  it('says the verdict in a word, and reasons that lead to their cells', async () => {
    const user = userEvent.setup();
    const stage = await showExplanation({ verdict: 'red', reasons: [HIDDEN] });
    const card = screen.getByRole('region', {
      name: 'Does the notebook explain it?'
    });
    expect(within(card).getByText('red')).toBeTruthy();
    const [line] = within(card).getAllByRole('listitem');
    expect(line?.textContent).toContain('Speaks against it:');
    expect(line?.textContent).toContain(
      'Xs = scaler.transform(X) reads scaler, last written by a cell that is no longer there: scaler = Scaler().'
    );
    expect(within(card).getByTitle('cell 7 of 14').tagName).toBe('CODE');
    // The cell that is gone has no place to go to.
    await user.click(
      within(card).getByRole('button', {
        name: 'Show in the notebook: Xs = scaler.transform(X), cell 7 of 14'
      })
    );
    await waitFor(() => expect(stage.executed.length).toBe(2));
    expect(stage.executed[1]).toEqual({
      command: 'trackbook:show-cell',
      args: { path: 'churn.ipynb', cellId: 'c7', source: null }
    });
    expect(within(card).getAllByRole('button')).toHaveLength(1);
  });

  it('lists what was in order, what was not checked and how many more there are', async () => {
    await showExplanation({
      checked: ['git 3f2c9a1 clean'],
      not_checked: ['the clock'],
      more_count: 3
    });
    const said = screen.getAllByRole('listitem').map(one => one.textContent);
    expect(said[0]).toContain('3 more reasons');
    expect(said[1]).toContain('In order:git 3f2c9a1 clean');
    expect(said[2]).toContain('the clock: not checked');
  });

  it('shows what a cell says as text, whatever that is', async () => {
    const sentence = '`<img src=x onerror=alert(1)>` failed.';
    await showExplanation({ reasons: [{ ...HIDDEN, sentence, cells: [] }] });
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
  });

  it('looks again when the run goes on', async () => {
    const stage = await showExplanation({});
    expect(screen.getByText('green')).toBeTruthy();
    stage.server.explanations = {
      r1: makeExplanation({ verdict: 'amber', change: 2 })
    };
    stage.changes.announce('r1');
    expect(await screen.findByText('amber')).toBeTruthy();
  });
});
