import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  makeExecution,
  makeMetric,
  makeOutputs,
  makeParam,
  makeRun,
  makeStage,
  makeTable,
  show
} from '../../tests/views';
import type { FakeServer, Stage } from '../../tests/views';
import type { Run } from '../contract';
import { RunPage } from './run-page';

async function showRun(
  part: Partial<Run>,
  server: Partial<FakeServer> = {}
): Promise<Stage> {
  const stage = makeStage({ runs: { r1: makeRun(part) }, ...server });
  show(stage, <RunPage runId="r1" />);
  await screen.findByRole('heading', { level: 1 });
  return stage;
}

const bytes = (text: string): ArrayBuffer =>
  new TextEncoder().encode(text).buffer;

beforeAll(() => {
  // Which jsdom lacks.
  Element.prototype.scrollIntoView = () => undefined;
});

describe('the outputs on a run’s page', () => {
  const PNG = { data: { 'image/png': 'AA==', 'text/plain': '<Figure>' } };

  it('are a line each, and whole when opened', async () => {
    const user = userEvent.setup();
    await showRun(
      { cell_executions: [makeExecution({ output_count: 2 })] },
      {
        outputs: [
          makeOutputs('e1', [
            {
              kind: 'stream',
              name: 'stdout',
              text: 'begin\nend\n',
              head_length: 6,
              omitted_bytes: 1_200_000
            },
            PNG
          ])
        ]
      }
    );
    await screen.findByText('figure, 2 lines');
    await user.click(screen.getByRole('button', { name: /figure, 2 lines/ }));
    const outputs = screen.getByRole('group', { name: /^Outputs of/ });
    await waitFor(() => expect(outputs.textContent).toContain('begin'));
    expect(outputs.textContent).toMatch(/begin\s*… 1\.2 MB left out …\s*end/);
    const picture = within(outputs).getByRole('img');
    expect(picture.getAttribute('src')).toBe('data:image/png;base64,AA==');
  });

  it('lead from a figure to the cell that drew it', async () => {
    const user = userEvent.setup();
    const executions = Array.from({ length: 60 }, (_, index) =>
      makeExecution({
        execution_id: `e${index}`,
        source: `cell_${index}()`,
        output_count: index === 55 ? 1 : 0
      })
    );
    await showRun(
      { cell_executions: executions },
      { outputs: [makeOutputs('e55', [PNG])] }
    );
    expect(screen.queryByText('cell_55()')).toBeNull();
    await user.click(
      await screen.findByRole('button', { name: /Figure 1, of cell_55/ })
    );
    const large = screen.getByRole('dialog', { name: /^Figures of/ });
    expect(within(large).getByText('1 of 1')).toBeTruthy();
    await user.click(
      within(large).getByRole('button', { name: 'Show what it ran' })
    );
    expect(screen.queryByRole('dialog')).toBeNull();
    const row = await screen.findByRole('button', { name: /^cell_55.*figure/ });
    expect(row.ariaExpanded).toBe('true');
    expect(document.activeElement).toBe(row);
  });

  it('of a run of 2,000 executions are asked for a page at a time', async () => {
    const executions = Array.from({ length: 2000 }, (_, index) =>
      makeExecution({ execution_id: `e${index}`, output_count: 1 })
    );
    const stage = await showRun(
      { cell_executions: executions },
      {
        outputs: executions.map(one =>
          makeOutputs(one.execution_id, [{ kind: 'stream', text: 'x' }])
        )
      }
    );
    await screen.findByText('2,000 executions');
    const more = await screen.findByRole('button', { name: /later outputs/ });
    expect(stage.server.asked).toEqual(['first']);
    expect(screen.getAllByText('one line').length).toBe(40);
    await userEvent.click(more);
    expect(stage.server.asked).toEqual(['first', '100']);
  });

  it('follow a cell that prints', async () => {
    const user = userEvent.setup();
    const going = makeExecution({ status: 'running', output_count: 1 });
    const stage = await showRun(
      { status: 'running', cell_executions: [going] },
      { outputs: [makeOutputs('e1', [{ kind: 'stream', text: 'epoch 1\n' }])] }
    );
    await user.click(await screen.findByRole('button', { name: /one line/ }));
    await screen.findByText(/epoch 1/);
    stage.server.outputs = [
      makeOutputs('e1', [{ kind: 'stream', text: 'epoch 1\nepoch 2\n' }])
    ];
    stage.server.runs['r1'] = makeRun({
      status: 'running',
      cell_executions: [{ ...going }],
      change: 2
    });
    act(() => stage.changes.announce('r1'));
    await screen.findByText(/epoch 2/);
  });

  it('run nothing of what they hold', async () => {
    const user = userEvent.setup();
    const script = '<script>window.hacked = true</script>';
    await showRun(
      { cell_executions: [makeExecution({ output_count: 4 })] },
      {
        outputs: [
          makeOutputs('e1', [
            {
              data: {
                'text/html': `<i>slanted</i>${script}<a href="javascript:hack()">x</a><img src=x onerror="hack()">`
              }
            },
            {
              data: { 'image/svg+xml': `<svg onload="hack()">${script}</svg>` }
            },
            { data: { 'application/javascript': 'window.hacked = true' } },
            { data: { 'text/html': script, 'text/plain': 'in words' } }
          ])
        ]
      }
    );
    await user.click(
      await screen.findByRole('button', { name: /^clf.score.*outputs/ })
    );
    await screen.findByText('slanted');
    await screen.findByText('in words');
    const outputs = screen.getByRole('group', { name: /^Outputs of/ });
    expect(
      outputs.querySelector('script, svg, [onerror], [onload]')
    ).toBeNull();
    expect(outputs.querySelector('[href^=javascript]')).toBeNull();
    expect(
      within(outputs)
        .getAllByRole('img')
        .some(image =>
          image.getAttribute('src')?.startsWith('data:image/svg+xml,')
        )
    ).toBe(true);
    expect(outputs.textContent).toContain(
      'application/javascript would have to run'
    );
    expect('hacked' in window).toBe(false);
  });

  it('fetch what is very large on demand only', async () => {
    const user = userEvent.setup();
    const blob = { sha256: 'b1', size_bytes: 4_200_000 };
    await showRun(
      { cell_executions: [makeExecution({ output_count: 1 })] },
      {
        outputs: [makeOutputs('e1', [{ blobs: { 'text/html': blob } }])],
        blobs: { b1: bytes('<em>large</em>') }
      }
    );
    await user.click(await screen.findByRole('button', { name: /clf.score/ }));
    const outputs = await screen.findByRole('group', { name: /^Outputs of/ });
    expect(outputs.textContent).toContain('text/html, 4.2 MB');
    expect(
      within(outputs).getByRole('button', { name: 'Download' })
    ).toBeTruthy();
    await user.click(within(outputs).getByRole('button', { name: 'Show' }));
    await screen.findByText('large');
  });

  it('cost nothing where there are none', async () => {
    const stage = await showRun({});
    expect(stage.server.asked).toEqual([]);
  });
});

describe('a long source', () => {
  it('is shown from its beginning, and whole on demand', async () => {
    const user = userEvent.setup();
    const blob = { sha256: 's1', size_bytes: 300_000 };
    await showRun(
      {
        cell_executions: [
          makeExecution({ source: 'data = [', source_blob: blob })
        ]
      },
      { blobs: { s1: bytes('data = [1, 2, 3]') } }
    );
    await user.click(screen.getByRole('button', { name: /data = \[/ }));
    const source = screen.getByRole('group', { name: /^Source of/ });
    expect(source.textContent).toBe('data = [');
    await user.click(screen.getByRole('button', { name: 'Show whole' }));
    await waitFor(() => expect(source.textContent).toBe('data = [1, 2, 3]'));
  });
});

describe('a run’s tables', () => {
  it('sort by a column, mark the best row, and show the rest when asked', async () => {
    const user = userEvent.setup();
    const rows = Array.from({ length: 120 }, (_, index) => [
      index,
      ((index * 37) % 120) / 120
    ]);
    const whole = makeTable({ rows });
    await showRun(
      {
        metric_list: [makeMetric({ key: 'score' })],
        tables: [{ ...whole, rows: rows.slice(0, 50) }]
      },
      { tables: { depth: whole } }
    );
    const table = screen.getByRole('table', { name: 'depth' });
    expect(within(table).getAllByRole('row').length).toBe(51);
    // A better row may be among those that are not here yet.
    expect(within(table).queryByText('best')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show all 120 rows' }));
    await waitFor(() =>
      expect(within(table).getAllByRole('row').length).toBe(121)
    );
    await user.click(within(table).getByRole('button', { name: 'score' }));
    await waitFor(() =>
      expect(within(table).getAllByRole('row')[1]?.textContent).toContain(
        'best'
      )
    );
  });
});

describe('a result of folds', () => {
  it('shows its deviation, and the folds when asked', async () => {
    const user = userEvent.setup();
    await showRun({
      metric_list: [makeMetric({ last: 0.95, std: 0.01, folds: [0.94, 0.96] })]
    });
    expect(screen.getByRole('group', { name: 'acc' }).textContent).toContain(
      '0.9500±0.0100'
    );
    await user.click(screen.getByRole('button', { name: 'Mean of 2 folds' }));
    expect(
      within(screen.getByRole('list', { name: 'Folds of acc' }))
        .getAllByRole('listitem')
        .map(item => item.textContent)
    ).toEqual(['0.9400', '0.9600']);
  });
});

describe('names', () => {
  it('are ignored and taken back, the focus following', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ param_list: [makeParam({ key: 'seed' })] });
    screen.getByRole('button', { name: 'Ignore this name: seed' }).focus();
    await user.keyboard('{Enter}');
    const back = await screen.findByRole('button', { name: 'Take back: seed' });
    await waitFor(() => expect(document.activeElement).toBe(back));
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.queryByRole('region', { name: 'Names' })).toBeNull()
    );
    expect(stage.server.edits).toEqual([
      { names: { seed: 'ignore' } },
      { names: { seed: null } }
    ]);
  });

  it('of other numbers are made results', async () => {
    const user = userEvent.setup();
    const stage = await showRun({
      values: [makeMetric({ key: 'coverage', origin: 'value' })]
    });
    await user.click(screen.getByRole('button', { name: /Other numbers/ }));
    await user.click(
      screen.getByRole('button', { name: 'Make it a result: coverage' })
    );
    expect(stage.server.edits).toEqual([{ names: { coverage: 'promote' } }]);
    await screen.findByText('made a result');
  });
});

describe('a param', () => {
  it('shows its way through the run, and a long value whole', async () => {
    const user = userEvent.setup();
    const blob = { sha256: 'p1', size_bytes: 100_000 };
    await showRun(
      {
        param_list: [
          makeParam({ key: 'alpha', value: 0.001 }),
          makeParam({ key: 'layers', value: '[1, 2', blob })
        ],
        param_changes: {
          alpha: [
            { value: 0.1, removed: false, execution_id: 'e1' },
            { value: null, removed: true, execution_id: 'e1' },
            { value: 0.001, removed: false, execution_id: null }
          ]
        }
      },
      { blobs: { p1: bytes('[1, 2, 3]') } }
    );
    await user.click(screen.getByRole('button', { name: 'alpha' }));
    expect(
      within(screen.getByRole('list', { name: /^Values of alpha/ }))
        .getAllByRole('listitem')
        .map(item => item.querySelector('code')?.textContent)
    ).toEqual(['0.1', 'not set', '0.001']);
    await user.click(screen.getByRole('button', { name: 'layers' }));
    await user.click(screen.getByRole('button', { name: 'Show whole' }));
    await screen.findByText('[1, 2, 3]');
  });
});

describe('a run of an untitled kernel session', () => {
  it('says so, and is attached to a notebook', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ notebook_path: null });
    expect(screen.getByText('untitled kernel session')).toBeTruthy();
    await user.click(
      screen.getByRole('button', { name: 'Attach to a notebook…' })
    );
    expect(stage.server.edits).toEqual([{ notebook_path: 'other.ipynb' }]);
  });
});
