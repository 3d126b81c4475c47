/**
 * What came out: every output of every cell, tables and folds, and honest endings.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect, test } from './fixtures';
import {
  expectScore,
  openNotebook,
  openPanel,
  pressRecord,
  recordButton,
  rows,
  runCell,
  serverOf,
  startCell,
  waitForIdle
} from './story';

/** Close the browser's tab, as far as JupyterLab can tell. */
async function leave(page: IJupyterLabPageFixture): Promise<string> {
  const url = page.url();
  await page.evaluate(() => {
    // Nobody is asked whether to stay.
    window.addEventListener(
      'beforeunload',
      event => event.stopImmediatePropagation(),
      true
    );
    window.location.assign('about:blank');
  });
  await page.waitForURL('about:blank');
  return url;
}

async function comeBack(
  page: IJupyterLabPageFixture,
  url: string
): Promise<void> {
  await page.evaluate(url => window.location.assign(url), url);
  await page.waitForURL(url);
  // It comes back with the notebook in front, not with the launcher that Galata awaits.
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.evaluate(async () => {
    await window.jupyterapp.restored;
  });
}

async function openRun(row: Locator): Promise<Locator> {
  await row.locator('.jp-trackbook-name').click();
  const view = row.page().locator('.jp-trackbook-page:visible');
  await expect(view.getByRole('heading', { level: 1 })).toBeVisible();
  return view;
}

function cellsOf(view: Locator): Locator {
  return view.getByRole('region', { name: /cells as they ran/i });
}

const WAIT = [
  "while not os.path.exists('go on.txt'):",
  '        time.sleep(0.05)'
].join('\n');

const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('a tab closed during training misses nothing of the run', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/closed.ipynb`, [
    [
      'import base64, os, time',
      'from IPython.display import Image, display',
      'rate = 0.1',
      'for epoch in range(40):',
      '    val_acc = 0.5 + epoch / 100',
      "    print(f'epoch {epoch}: \\x1b[32m{val_acc:.2f}\\x1b[0m')",
      '    if epoch == 3:',
      `        ${WAIT.replace('\n        ', '\n            ')}`,
      `display(Image(base64.b64decode('${DOT}')))`,
      "print('came to its end')"
    ].join('\n')
  ]);
  let panel = await openPanel(page);
  await pressRecord(page);
  await startCell(page, 0);
  await expect(
    rows(panel).first().getByRole('img', { name: 'running' })
  ).toBeVisible();

  // The notebook's tab, then the browser's.
  await page.notebook.save();
  await page.notebook.close(false);
  await expect(page.locator('.jp-NotebookPanel')).toHaveCount(0);
  const url = await leave(page);
  await page.contents.uploadContent('', 'text', `${tmpPath}/go on.txt`);
  await comeBack(page, url);
  panel = await openPanel(page);
  await expectScore(rows(panel).first(), '0.89');
  const view = await openRun(rows(panel).first());
  await expect(view.getByRole('list', { name: 'Figures' })).toBeVisible();
  const line = cellsOf(view).getByRole('listitem').last();
  await expect(line).toContainText('figure, 41 lines');

  // The figure leads to the cell that drew it.
  await view.getByRole('button', { name: /^figure 1/i }).click();
  await page.getByRole('button', { name: 'Show what it ran' }).click();
  const outputs = view.getByRole('group', { name: /^outputs of/i });
  await expect(outputs).toContainText('epoch 0: 0.50');
  await expect(outputs).toContainText('epoch 39: 0.89');
  await expect(outputs).toContainText('came to its end');
  await expect(outputs.getByRole('img')).toBeVisible();
  const api = `${serverOf(page)}/trackbook/api/runs`;
  const listed = await (
    await page.request.get(
      `${api}?${new URLSearchParams({ notebook_path: `${tmpPath}/closed.ipynb` })}`
    )
  ).json();
  const run = await (
    await page.request.get(`${api}/${listed.runs[0].run_id}`)
  ).json();
  expect(run.metrics.val_acc.count).toBe(40);
});

test('what a cell put out to do harm does none on the run’s page', async ({
  page,
  tmpPath
}) => {
  const attack = 'window.trackbookHacked = true';
  await openNotebook(page, `${tmpPath}/hostile.ipynb`, [
    [
      'from IPython.display import HTML, SVG, Javascript, display',
      `display(HTML('''<b>bold</b><script>${attack}</script>`,
      `<img src="x" onerror="${attack}"><a href="javascript:${attack}">link</a>`,
      `<iframe srcdoc="<script>parent.${attack}</script>"></iframe>`,
      `<div style="position:fixed;inset:0;background:red">over all</div>'''))`,
      `display(SVG('''<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="${attack}">`,
      `<script>${attack}</script><rect width="40" height="20"/></svg>'''))`,
      `display(Javascript('${attack}'))`,
      `display({'text/html': '<script>${attack}</script>', 'text/plain': 'only words'}, raw=True)`,
      `print('\\x1b]8;;javascript:${attack}\\x07click\\x1b]8;;\\x07')`,
      "print('y' * 5_000_000)",
      'score = 0.5'
    ].join('\n')
  ]);
  let panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);

  // The notebook itself has run it all; the page that comes now has not.
  await page.notebook.close(true);
  const url = await leave(page);
  await comeBack(page, url);
  const alerts: string[] = [];
  page.on('dialog', dialog => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  panel = await openPanel(page);
  // No notebook is open: the panel lists the runs of all.
  const view = await openRun(rows(panel).first());
  await cellsOf(view).getByRole('listitem').last().getByRole('button').click();
  const outputs = view.getByRole('group', { name: /^outputs of/i });
  await expect(outputs).toContainText('bold');
  await expect(outputs).toContainText('only words');
  await expect(
    outputs.getByText(/left out|more characters/).first()
  ).toBeVisible();
  await expect(
    outputs.locator('script, iframe, [onerror], [onload]')
  ).toHaveCount(0);
  await expect(outputs.locator('[href^="javascript"]')).toHaveCount(0);
  await expect(outputs.locator('svg')).toHaveCount(0);
  // What wants to lie over the page stays in its place: the title can be clicked.
  await view.getByRole('button', { name: /^star/i }).click({ timeout: 5_000 });
  expect((await outputs.innerText()).length).toBeLessThan(200_000);
  expect(alerts).toEqual([]);
  expect(
    await page.evaluate(() => Reflect.get(window, 'trackbookHacked'))
  ).toBeUndefined();
});

test('loops show their table, folds their deviation, and a name can be ignored', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/tables.ipynb`, [
    [
      'class Model:',
      '    def __init__(self, depth): self.depth = depth',
      '    def score(self, x): return round(1 - 0.1 * abs(self.depth - 4) - x / 50, 4)',
      'class Halves:',
      '    def split(self, x): return [([1], [0]), ([0], [1])]'
    ].join('\n'),
    ['rate = 0.1', 'noise = 3', 'rate = 0.2'].join('\n'),
    ['for depth in [2, 4, 8]:', '    accuracy = Model(depth).score(0)'].join(
      '\n'
    ),
    [
      'for train, test in Halves().split([5, 6]):',
      '    fold_score = Model(4).score(test[0])'
    ].join('\n')
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  const view = await openRun(rows(panel).first());

  const table = view.getByRole('table', { name: 'depth' });
  await expect(table.getByRole('row')).toHaveCount(4);
  await expect(
    table.getByRole('row').filter({ hasText: 'best' })
  ).toContainText('4');
  await table.getByRole('button', { name: 'accuracy' }).click();
  await expect(table.getByRole('row').nth(1)).toContainText('1.0');
  await expect(
    table.getByRole('columnheader', { name: 'accuracy' })
  ).toHaveAttribute('aria-sort', 'descending');

  const card = view.getByRole('group', { name: 'fold_score' });
  await expect(card).toContainText('0.9900');
  await expect(card).toContainText('±0.0100');
  await card.getByRole('button').first().click();
  await view.getByRole('button', { name: 'Mean of 2 folds' }).click();
  await expect(
    view
      .getByRole('list', { name: 'Folds of fold_score' })
      .getByRole('listitem')
  ).toHaveText(['1.0000', '0.9800']);

  // With the keyboard alone.
  const params = view.getByRole('table', { name: 'Params' });
  await expect(params).toContainText('noise');
  await params.getByRole('button', { name: 'Ignore this name: noise' }).focus();
  await page.keyboard.press('Enter');
  await expect(params).not.toContainText('noise');
  const back = view.getByRole('button', { name: 'Take back: noise' });
  await expect(back).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(params).toContainText('noise');
  await expect(back).toHaveCount(0);
});

test('a kernel killed while a cell runs leaves an honest row within 30 s', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/killed.ipynb`, [
    ['rate = 0.3', 'score = 0.5'].join('\n'),
    [
      'import os, signal, time',
      "while not os.path.exists('go on.txt'):",
      '    time.sleep(0.05)',
      'os.kill(os.getpid(), signal.SIGKILL)'
    ].join('\n')
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await runCell(page, 0);
  await startCell(page, 1);
  const row = rows(panel).first();
  await expect(row.getByRole('img', { name: 'running' })).toBeVisible();
  await page.contents.uploadContent('', 'text', `${tmpPath}/go on.txt`);
  await expect(row.getByRole('img', { name: 'lost' })).toBeVisible({
    timeout: 30_000
  });
  await expectScore(row, '0.5');
});

test('a running run can be moved to the trash, and stays there', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/trashed.ipynb`, [
    [
      'import os, time',
      'rate = 0.3',
      'score = 0.4',
      "while not os.path.exists('go on.txt'):",
      '    time.sleep(0.05)',
      'score = 0.5'
    ].join('\n')
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await startCell(page, 0);
  const row = rows(panel).first();
  await expect(row.getByRole('img', { name: 'running' })).toBeVisible();
  await row.focus();
  await page.keyboard.press('Delete');
  await expect(rows(panel)).toHaveCount(0);

  await page.contents.uploadContent('', 'text', `${tmpPath}/go on.txt`);
  await waitForIdle(page);
  await expect(recordButton(page)).toContainText(/recording/i);
  await panel.getByRole('button', { name: /trash/i }).first().click();
  await expectScore(rows(panel).first(), '0.5');
  await panel
    .getByRole('button', { name: /trash|back/i })
    .first()
    .click();
  await expect(rows(panel)).toHaveCount(0);
});
