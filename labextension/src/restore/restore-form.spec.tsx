import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { ApiError } from '../api';
import type { CellDifference, RestorePlan } from '../contract';
import { ViewProvider } from '../views/context';
import { makeCell, makeDifference, makeSide } from '../../tests/differences';
import { makeStage } from '../../tests/views';
import type { Choice, Facts } from './choice';
import { RestoreForm } from './restore-form';
import type { Way } from './ways';

const PLAN: RestorePlan = {
  run_id: 'run-7',
  run_name: 'lr down again',
  run_number: 2,
  revision: {
    revision_id: 'r7-id',
    number: 7,
    moment: 'ended',
    captured_at: '2026-11-28T15:02:00.000000Z',
    notebook_path: 'work/churn.ipynb',
    cell_count: 13,
    redacted_count: 0,
    edited_count: null
  },
  lost: [],
  copy_path: 'work/churn (lr down again).ipynb',
  notebook_path: 'work/churn.ipynb',
  place: 'notebook',
  environment: {
    python_then: '3.11.9',
    python_now: '3.11.12',
    interpreter: '/here/bin/python',
    packages: [
      { name: 'pandas', then: '3.0.1', now: '3.1.0', is_used: true },
      { name: 'rich', then: '1', now: null, is_used: false }
    ],
    same_count: 80,
    uv: ['trackbook restore run-7 --requirements', 'uv venv .venv-x'],
    pip: [
      'trackbook restore run-7 --requirements',
      'python3.11 -m venv .venv-x'
    ]
  },
  inputs: [{ name: 'train.csv', source: '/train.csv', state: 'same' }]
};

const CELLS: readonly CellDifference[] = [
  makeCell({
    title: 'scaler = StandardScaler().fit(X)',
    change: 'added',
    before: null,
    after: makeSide('scaler = StandardScaler().fit(X)', { place: 1 })
  }),
  makeCell({
    title: 'lr = 0.003',
    change: 'edited',
    differs: ['source'],
    before: makeSide('lr = 0.003\ndepth = 8', { place: 1 }),
    after: makeSide('lr = 0.003\ndepth = 6', { place: 2 })
  }),
  makeCell({
    title: 'for epoch in range(epochs):',
    change: 'rerun',
    differs: ['outputs', 'count'],
    before: makeSide('for epoch in range(epochs):', { place: 2 }),
    after: makeSide('for epoch in range(epochs):', { place: 3 })
  }),
  makeCell({
    title: 'plot_confusion(model, test)',
    change: 'removed',
    before: makeSide('plot_confusion(model, test)', { place: 3 }),
    after: null
  }),
  makeCell({})
];

function facts(part: Partial<Facts> = {}): Facts {
  return {
    plan: PLAN,
    target: { name: 'churn.ipynb', path: 'work/churn.ipynb', state: 'open' },
    kept: { revisionId: 'r12-id', name: 'r12', redactedCount: 0 },
    difference: makeDifference(CELLS),
    problem: null,
    ...part
  };
}

/** The form, what its button would say, and which reads it asked for. */
function show(
  answer: (which: string, open: boolean) => Facts | Promise<Facts>,
  way: Way = 'copy'
) {
  const told: { choice: Choice | null; label: string }[] = [];
  const asked: string[] = [];
  const { services } = makeStage();
  render(
    <ViewProvider services={services}>
      <RestoreForm
        runId="run-7"
        which="latest"
        way={way}
        load={async (which, open) => {
          asked.push(`${which} ${open ? 'opened' : 'as it is'}`);
          return answer(which, open);
        }}
        onChoice={(choice, label) => told.push({ choice, label })}
      />
    </ViewProvider>
  );
  return {
    asked,
    last: () => told[told.length - 1] ?? { choice: null, label: '' }
  };
}

describe('the dialog', () => {
  it('says in a sentence and in lines what would happen', async () => {
    const { last } = show(() => facts());
    expect(
      await screen.findByText('1 cell returns, 2 change, 1 goes')
    ).toBeTruthy();
    const list = screen.getByRole('list', { name: /what would happen/i });
    expect(
      within(list)
        .getAllByRole('listitem')
        .map(line => line.textContent)
    ).toEqual([
      'returnsscaler = StandardScaler().fit(X)only in r7',
      'changesdepth = 6open now: depth = 8',
      'changesfor epoch in range(epochs):outputs only',
      'goesplot_confusion(model, test)only in what is open · kept in r12'
    ]);
    expect(last()).toMatchObject({
      label: 'Open churn (lr down again).ipynb',
      choice: { way: 'copy', which: 'latest' }
    });
    expect(screen.getByText(/since this run/i).textContent).toBe(
      'Since this run pandas went from 3.0.1 to 3.1.0 here (and one more package). Inputs are the same.'
    );
  });

  it('says the consequence of each way on its button', async () => {
    const user = userEvent.setup();
    const { asked, last } = show(() => facts());
    await screen.findByText(/1 cell returns/);
    await user.click(screen.getByRole('radio', { name: 'Look' }));
    expect(last().label).toBe('Look at r7');
    await user.click(screen.getByRole('radio', { name: 'Replace' }));
    expect(last().label).toBe('Replace, keeping r12');
    await user.click(screen.getByRole('radio', { name: 'Single cells' }));
    expect(last()).toEqual({ choice: null, label: 'Take 0 cells' });
    // What goes is not in the revision: it can't be taken.
    expect(screen.getAllByRole('checkbox')).toHaveLength(3);
    await user.click(screen.getByRole('checkbox', { name: /scaler/ }));
    await user.click(screen.getByRole('checkbox', { name: /lr = 0.003/ }));
    expect(last()).toMatchObject({
      label: 'Take 2 cells',
      choice: { way: 'cells', picked: [0, 1] }
    });
    expect(asked).toEqual(['latest as it is']);
  });

  it('opens a closed notebook only for what changes it', async () => {
    const user = userEvent.setup();
    const closed = facts({
      target: {
        name: 'churn.ipynb',
        path: 'work/churn.ipynb',
        state: 'closed'
      },
      kept: null,
      difference: null
    });
    const { asked, last } = show((_, open) => (open ? facts() : closed));
    await screen.findByText(/churn.ipynb is not open/);
    await user.click(screen.getByRole('radio', { name: 'Replace' }));
    await screen.findByText(/1 cell returns/);
    expect(asked).toEqual(['latest as it is', 'latest opened']);
    expect(last().label).toBe('Replace, keeping r12');
  });

  it('takes what was executed instead', async () => {
    const user = userEvent.setup();
    const { asked, last } = show(which =>
      facts({
        plan: {
          ...PLAN,
          revision: {
            ...PLAN.revision,
            moment: which === 'executed' ? 'executed' : 'ended'
          }
        }
      })
    );
    await screen.findByText(/1 cell returns/);
    await user.click(screen.getByRole('button', { name: 'As executed' }));
    await screen.findByText(/as they were executed/);
    expect(asked).toEqual(['latest as it is', 'executed as it is']);
    expect(last().choice?.which).toBe('executed');
  });

  it.each([
    ['outside', 'work/churn.ipynb', /outside of the folder/],
    [null, null, /belongs to no notebook/]
  ] as const)(
    'can only look and copy where the notebook is %s',
    async (place, path, why) => {
      show(() =>
        facts({
          plan: { ...PLAN, place, notebook_path: path },
          target: null,
          kept: null,
          difference: null
        })
      );
      const replace = await screen.findByRole('radio', { name: 'Replace' });
      await screen.findAllByText(why);
      expect(replace).toHaveProperty('disabled', true);
      expect(screen.getByRole('radio', { name: 'Look' })).toHaveProperty(
        'disabled',
        false
      );
    }
  );

  it('writes a deleted notebook again', async () => {
    const { last } = show(
      () =>
        facts({
          plan: { ...PLAN, place: 'gone' },
          target: {
            name: 'churn.ipynb',
            path: 'work/churn.ipynb',
            state: 'gone'
          },
          kept: null,
          difference: null
        }),
      'replace'
    );
    await screen.findByText(/it is written again/);
    expect(last().label).toBe('Write churn.ipynb again');
  });

  it('still copies where what is open can’t be kept, and says why', async () => {
    const { last } = show(() =>
      facts({ kept: null, difference: null, problem: { kind: 'offline' } })
    );
    expect((await screen.findByRole('alert')).textContent).toContain(
      'does not answer'
    );
    expect(last().choice?.way).toBe('copy');
  });

  it('has nothing to replace where both are equal', async () => {
    const { last } = show(
      () =>
        facts({ difference: makeDifference([makeCell({})], { equal: true }) }),
      'replace'
    );
    await screen.findByText(/what is open is equal to it/i);
    expect(last()).toEqual({ choice: null, label: 'Nothing to replace' });
  });

  it('tells of damaged parts and of secrets', async () => {
    show(() =>
      facts({
        plan: {
          ...PLAN,
          lost: [{ cell: 1, output: null, piece: 'x' }],
          revision: { ...PLAN.revision, redacted_count: 2 }
        }
      })
    );
    expect(await screen.findByText(/one part of it is damaged/i)).toBeTruthy();
    expect(screen.getByText(/2 values that looked like secrets/)).toBeTruthy();
  });

  it('gives the lines that build the environment', async () => {
    const user = userEvent.setup();
    show(() => facts());
    await user.click(
      await screen.findByRole('button', { name: /build its environment/i })
    );
    expect(screen.getByText(/uv venv \.venv-x/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'venv + pip' }));
    expect(screen.getByText(/python3\.11 -m venv/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /2 packages differ/ }));
    expect(screen.getByRole('row', { name: /rich 1 –/ })).toBeTruthy();
  });

  it('says that the run is gone, and tries again', async () => {
    const user = userEvent.setup();
    let gone = true;
    const { last } = show(() => {
      if (gone) {
        const problem = {
          error: 'RunNotFound',
          message: 'there is no run',
          position: null
        };
        throw new ApiError({ kind: 'refused', status: 404, problem });
      }
      return facts();
    });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'there is no run'
    );
    expect(last().choice).toBeNull();
    gone = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/1 cell returns/)).toBeTruthy();
  });
});
