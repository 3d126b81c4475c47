import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import { sampleRow } from '../../tests/samples';
import {
  makeExecution,
  makeHistory,
  makeMetric,
  makeParam,
  makeRun,
  makeStage,
  show
} from '../../tests/views';
import type { Stage } from '../../tests/views';
import type { Run } from '../contract';
import { RunPage } from './run-page';

async function showRun(
  part: Partial<Run>,
  others: readonly Run[] = []
): Promise<Stage> {
  const run = makeRun(part);
  const runs = Object.fromEntries(
    [run, ...others].map(one => [one.run_id, one])
  );
  const histories = Object.fromEntries(
    [run, ...others].flatMap(one =>
      one.metric_list.map(({ key, last }) => [
        `${one.run_id} ${key}`,
        makeHistory([0.5, 0.7, last], { run_id: one.run_id, key })
      ])
    )
  );
  const stage = makeStage({ runs, histories });
  show(stage, <RunPage runId={run.run_id} />);
  await screen.findByRole('heading', { level: 1 });
  return stage;
}

describe('a run’s page', () => {
  it('opens with the name, the status and the server’s sentence', async () => {
    await showRun({ sentence: 'Compared with first: lr 0.01 → 0.003.' });
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'lr 0.003'
    );
    expect(screen.getByText('finished · 41 s')).toBeTruthy();
    expect(
      screen.getByText('Compared with first: lr 0.01 → 0.003.')
    ).toBeTruthy();
  });

  it('shows each result with its change since the run before', async () => {
    const previous = makeRun({
      run_id: 'r0',
      name: 'first',
      metric_list: [makeMetric({ last: 0.8 })]
    });
    await showRun(
      {
        previous_run_id: 'r0',
        previous_name: 'first',
        metric_list: [
          makeMetric({ last: 0.9, previous: 0.8, change: 0.1, better: true })
        ]
      },
      [previous]
    );
    const card = screen.getByRole('group', { name: 'acc' });
    expect(within(card).getByText('0.9000')).toBeTruthy();
    await waitFor(() => expect(card.textContent).toContain('+0.1000'));
    expect(within(card).getByText('better')).toBeTruthy();
  });

  it('charts the metric whose card is chosen', async () => {
    const user = userEvent.setup();
    await showRun({ metric_list: [makeMetric(), makeMetric({ key: 'loss' })] });
    expect(screen.getByRole('region', { name: 'Chart of acc' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'loss' }));
    expect(screen.getByRole('region', { name: 'Chart of loss' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'loss' }).ariaPressed).toBe(
      'true'
    );
  });

  it('leads from a metric to the cell that made it', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ metric_list: [makeMetric()] });
    const card = screen.getByRole('group', { name: 'acc' });
    await user.click(within(card).getByText('clf.score(X, y)'));
    await waitFor(() => expect(stage.executed.length).toBe(2));
    expect(stage.executed).toEqual([
      { command: 'docmanager:open', args: { path: 'churn.ipynb' } },
      {
        command: 'trackbook:show-cell',
        args: {
          path: 'churn.ipynb',
          cellId: 'c1',
          source: 'clf.score(X, y)'
        }
      }
    ]);
  });

  it('says so where there is no result, and waits for one while the run goes on', async () => {
    await showRun({});
    expect(screen.getByText(/This run gave no result/)).toBeTruthy();
    await showRun({ run_id: 'r2', status: 'running' });
    expect(screen.getByText(/waiting for the first one/)).toBeTruthy();
  });

  it('shows a metric that became NaN as such', async () => {
    await showRun({ metric_list: [makeMetric({ last: 'NaN' })] });
    const card = screen.getByRole('group', { name: 'acc' });
    expect(within(card).getByText('NaN')).toBeTruthy();
  });

  it('shows HTML in names, tags, params and errors as text', async () => {
    const html = '<img src=x onerror="alert(1)"><b>x</b>';
    await showRun({
      name: html,
      error: html,
      tags: { [html]: '' },
      param_list: [makeParam({ key: html, value: html })],
      metric_list: [makeMetric({ key: html })]
    });
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(html);
    expect(document.querySelector('img')).toBeNull();
    expect(document.querySelector('b')).toBeNull();
    expect(screen.getAllByText(html).length).toBeGreaterThanOrEqual(4);
  });

  it('draws a note as Markdown or text, never as a script', async () => {
    await showRun({ note: 'Why <script>window.hacked = true</script> not' });
    await waitFor(() => expect(screen.getByText(/Why/)).toBeTruthy());
    expect(document.querySelector('script')).toBeNull();
    expect('hacked' in window).toBe(false);
  });

  it('puts what changed first among 400 params, and finds one by its name', async () => {
    const user = userEvent.setup();
    const many = Array.from({ length: 400 }, (_, index) =>
      makeParam({ key: `p${index}`, value: index, varies: false })
    );
    await showRun({
      param_list: [
        ...many,
        makeParam({ key: 'z', changed: true, previous: 0.01 })
      ]
    });
    const table = screen.getByRole('table', { name: 'Params' });
    const rows = within(table).getAllByRole('row');
    expect(rows.length).toBeLessThan(20);
    expect(rows[0]?.textContent).toContain('zm'.charAt(0));
    expect(rows[0]?.textContent).toContain('was 0.01');
    expect(screen.getByText('1 of 401 changed')).toBeTruthy();
    await user.type(
      screen.getByRole('searchbox', { name: 'Filter params' }),
      'p399'
    );
    expect(
      within(table)
        .getAllByRole('row')
        .map(row => row.textContent)
    ).toEqual(['p399399ignore']);
  });

  it('opens a failed cell’s source and its traceback, of which a huge one is cut', async () => {
    const user = userEvent.setup();
    const traceback = `${'frame\n'.repeat(50_000)}ValueError: the end`;
    await showRun({
      status: 'failed',
      error: 'ValueError: the end',
      cell_executions: [
        makeExecution({
          status: 'error',
          source: 'fit(depth=0)',
          error_name: 'ValueError',
          error_message: 'the end',
          traceback
        })
      ]
    });
    const cells = screen.getByRole('region', { name: 'Cells as they ran' });
    const row = within(cells).getByRole('button', { name: /fit\(depth=0\)/ });
    expect(row.textContent).toContain('ValueError');
    await user.click(row);
    expect(row.ariaExpanded).toBe('true');
    expect(
      within(cells).getByRole('group', { name: /Source of/ }).textContent
    ).toBe('fit(depth=0)');
    await user.click(within(cells).getByRole('button', { name: 'Traceback' }));
    const shown = within(cells).getByRole('group', { name: 'Traceback' });
    expect(shown.textContent).toMatch(/The last 100,000 of 300,019 characters/);
    await waitFor(() =>
      expect(shown.textContent).toContain('ValueError: the end')
    );
    expect(shown.textContent?.length).toBeLessThan(101_000);
  });

  it('follows the run and keeps open what was opened', async () => {
    const user = userEvent.setup();
    const stage = await showRun({
      status: 'running',
      cell_executions: [
        makeExecution({
          status: 'running',
          duration_ms: null,
          source: 'train()'
        })
      ]
    });
    await user.click(screen.getByRole('button', { name: /train\(\)/ }));
    stage.server.runs['r1'] = makeRun({
      status: 'finished',
      cell_executions: [makeExecution({ source: 'train()' })],
      metric_list: [makeMetric()]
    });
    act(() => stage.changes.announce('r1'));
    await screen.findByRole('group', { name: 'acc' });
    expect(screen.getByText('finished · 41 s')).toBeTruthy();
    expect(screen.getByRole('group', { name: /Source of train/ })).toBeTruthy();
  });

  it('reads itself and its points again where only the list knows of a change', async () => {
    const stage = await showRun({
      status: 'running',
      metric_list: [makeMetric()]
    });
    stage.server.runs['r1'] = makeRun({
      metric_list: [makeMetric()],
      change: 9
    });
    const read = vi.spyOn(stage.services.api, 'metricHistories');
    const row = { ...sampleRow(1), run_id: 'r1', change: 9 };
    act(() => stage.services.store.setState({ runs: { r1: row } }));
    await screen.findByText('finished · 41 s');
    await waitFor(() =>
      expect(read).toHaveBeenCalledWith(
        expect.objectContaining({ run_id: ['r1'], key: ['acc'], since: 1 })
      )
    );
  });

  it('does not read itself again because another run changed', async () => {
    const stage = await showRun({});
    const getRun = vi.spyOn(stage.services.api, 'getRun');
    act(() => stage.changes.announce('r99'));
    await Promise.resolve();
    expect(getRun).not.toHaveBeenCalled();
  });

  it('is renamed in place, with Enter; Escape leaves it', async () => {
    const user = userEvent.setup();
    const stage = await showRun({});
    await user.click(screen.getByRole('button', { name: 'lr 0.003' }));
    await user.keyboard('nothing{Escape}');
    expect(stage.server.edits).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'lr 0.003' }));
    await user.keyboard('best so far{Enter}');
    expect(stage.server.edits).toEqual([{ name: 'best so far' }]);
    const heading = await screen.findByRole('heading', { level: 1 });
    await waitFor(() => expect(heading.textContent).toBe('best so far'));
  });

  it('is starred, tagged and annotated', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ tags: { candidate: '' } });
    await user.click(screen.getByRole('button', { name: 'Star' }));
    await user.click(
      screen.getByRole('button', { name: 'Remove the tag candidate' })
    );
    await user.click(screen.getByRole('button', { name: '+ tag' }));
    await user.keyboard('owner=mira{Enter}');
    await user.click(screen.getByRole('button', { name: 'Edit the note' }));
    await user.type(
      screen.getByRole('textbox', { name: 'Note, in Markdown' }),
      'why'
    );
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(stage.server.edits).toEqual([
      { starred: true },
      { tags: { candidate: null } },
      { tags: { owner: 'mira' } },
      { note: 'why' }
    ]);
  });

  it('previews its note, and takes an edit of it back', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ note: 'old' });
    await user.click(screen.getByRole('button', { name: 'Edit the note' }));
    const box = screen.getByRole('textbox', { name: 'Note, in Markdown' });
    await user.clear(box);
    await user.type(box, 'now **bold**');
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    await screen.findByText(/bold/);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.click(
      await screen.findByRole('button', { name: 'Undo the edit of the note' })
    );
    await waitFor(() =>
      expect(stage.server.edits).toEqual([
        { note: 'now **bold**' },
        { note: 'old' }
      ])
    );
  });

  it('edits a tag where it stands', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ tags: { data: 'v3' } });
    await user.click(screen.getByRole('button', { name: 'data=v3' }));
    const box = screen.getByRole('textbox', { name: 'Edit the tag data' });
    await user.clear(box);
    await user.type(box, 'set=v4{Enter}');
    expect(stage.server.edits).toEqual([{ tags: { data: null, set: 'v4' } }]);
  });

  it('shows its files as a tree, each looked at without running it', async () => {
    const user = userEvent.setup();
    const files: readonly (readonly [string, string, string])[] = [
      ['tables/scores.csv', 'text/csv', 'fold,acc\n1,0.9\n'],
      ['notes.txt', 'text/plain', 'plain <b>text</b>'],
      [
        'page.html',
        'text/html',
        '<p>hello</p><script>parent.hacked = 1</script>'
      ],
      ['model.bin', '', 'x']
    ];
    const stage = await showRun({
      artifacts: files.map(([name, mime_type, text]) => ({
        name,
        mime_type,
        sha256: name,
        size_bytes: text.length,
        logged_at: '2026-01-02T11:00:00.000000Z'
      }))
    });
    for (const [name, , text] of files) {
      stage.server.blobs[name] = new TextEncoder().encode(text).buffer;
    }
    const card = screen.getByRole('region', { name: 'Artifacts' });
    await user.click(within(card).getByRole('button', { name: /scores.csv/ }));
    expect(await within(card).findByRole('cell', { name: '0.9' })).toBeTruthy();
    await user.click(within(card).getByRole('button', { name: /notes.txt/ }));
    expect(await within(card).findByText('plain <b>text</b>')).toBeTruthy();
    await user.click(within(card).getByRole('button', { name: /model.bin/ }));
    expect(within(card).getByText(/Download it to open it/)).toBeTruthy();
    await user.click(within(card).getByRole('button', { name: /page.html/ }));
    await user.click(await within(card).findByRole('button', { name: 'Show' }));
    const frame = within(card).getByTitle('page.html');
    expect(frame.getAttribute('sandbox')).toBe('');
    expect(frame.getAttribute('srcdoc')).toContain("default-src 'none'");
    expect(frame.getAttribute('srcdoc')).not.toContain('<script');
  });

  it('reads only the beginning of a large text', async () => {
    const user = userEvent.setup();
    const stage = await showRun({
      artifacts: [
        {
          name: 'train.log',
          mime_type: 'text/plain',
          sha256: 'log',
          size_bytes: 5_000_000_000,
          logged_at: '2026-01-02T11:00:00.000000Z'
        }
      ]
    });
    stage.server.blobs['log'] = new TextEncoder().encode('epoch 1').buffer;
    const asked = vi.spyOn(stage.services.api, 'blob');
    await user.click(screen.getByRole('button', { name: /train.log/ }));
    await screen.findByText('The beginning of 5.0 GB.');
    expect(asked).toHaveBeenCalledWith('r1', 'log', 256 * 1024);
    const link = screen.getByRole('link', { name: 'Download train.log' });
    expect(link.getAttribute('download')).toBe('train.log');
  });

  it('compares with the run before and opens the notebook as a copy', async () => {
    const user = userEvent.setup();
    const stage = await showRun({
      previous_run_id: 'r0',
      previous_name: 'first',
      revisions: [
        {
          revision_id: 'rev7',
          number: 7,
          moment: 'ended',
          captured_at: '2026-01-02T11:00:30.000000Z',
          notebook_path: 'churn.ipynb',
          cell_count: 14,
          redacted_count: 0,
          edited_count: null
        }
      ]
    });
    await user.click(
      screen.getByRole('button', { name: 'Compare with previous' })
    );
    await user.click(
      screen.getByRole('button', { name: 'Open notebook as copy' })
    );
    await user.click(screen.getByRole('button', { name: 'Open r7 as copy' }));
    expect(stage.executed).toEqual([
      { command: 'trackbook:compare', args: { runIds: ['r0', 'r1'] } },
      { command: 'trackbook:open-notebook-copy', args: { runId: 'r1' } },
      {
        command: 'trackbook:open-notebook-copy',
        args: { runId: 'r1', revisionId: 'rev7' }
      }
    ]);
  });

  it('shows a revision’s cells, executing nothing', async () => {
    const user = userEvent.setup();
    const stage = makeStage({
      runs: {
        r1: makeRun({
          revisions: [
            {
              revision_id: 'rev7',
              number: 7,
              moment: 'scheduled',
              captured_at: '2026-01-02T11:00:30.000000Z',
              notebook_path: null,
              cell_count: 1,
              redacted_count: 2,
              edited_count: 1
            }
          ]
        })
      },
      revision: { cells: [{ cell_type: 'code', source: ['x = 1\n', 'x'] }] }
    });
    show(stage, <RunPage runId="r1" />);
    await user.click(
      await screen.findByRole('button', { name: /r7/, expanded: false })
    );
    const cell = await screen.findByRole('group', { name: 'Cell 1' });
    expect(cell.textContent).toBe('x = 1\nx');
    expect(screen.getByText(/2 values that looked like secrets/)).toBeTruthy();
    expect(screen.getByText(/One cell was edited/)).toBeTruthy();
  });

  it('says what was replaced and what could not be recorded', async () => {
    const user = userEvent.setup();
    await showRun({
      redacted_count: 1,
      capture_failures: ['inputs: no such file']
    });
    expect(
      screen.getByText(/One value that looked like a secret/)
    ).toBeTruthy();
    await user.click(
      screen.getByRole('button', { name: /part of the recording failed/ })
    );
    expect(screen.getByText('inputs: no such file')).toBeTruthy();
  });

  it('offers to take a run out of the trash', async () => {
    const user = userEvent.setup();
    const stage = await showRun({ trashed_at: '2026-01-02T11:30:00.000000Z' });
    await user.click(screen.getByRole('button', { name: 'Put it back' }));
    expect(stage.server.edits).toEqual([{ trashed: false }]);
  });

  it('says that the run was deleted while it was looked at, and leads back', async () => {
    const user = userEvent.setup();
    const stage = await showRun({});
    delete stage.server.runs['r1'];
    act(() => stage.changes.announce('r1'));
    expect(await screen.findByText('This run is not there')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Restore notebook…' })).toBe(
      null
    );
    await user.click(screen.getByRole('button', { name: 'Show the runs' }));
    expect(stage.executed.at(-1)?.command).toBe('trackbook:show-panel');
  });

  it('says that a run is not there, and finds it when it has come', async () => {
    const user = userEvent.setup();
    const stage = makeStage();
    show(stage, <RunPage runId="r1" />);
    expect(await screen.findByText('This run is not there')).toBeTruthy();
    stage.server.runs['r1'] = makeRun();
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('finished · 41 s')).toBeTruthy();
  });

  it('shows why an edit was refused, and the run as it is', async () => {
    const user = userEvent.setup();
    const stage = await showRun({});
    delete stage.server.runs['r1'];
    await user.click(screen.getByRole('button', { name: 'Star' }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'There is no run r1.'
    );
    expect(screen.getByRole('button', { name: 'Star' }).ariaPressed).toBe(
      'false'
    );
  });
});
