/**
 * The first five minutes: a notebook without a line of logging, recorded at a click.
 */
import { expect, test } from './fixtures';
import {
  CELLS,
  PARAMS_CELL,
  TRAINING_CELL,
  expectScore,
  openNotebook,
  openPanel,
  outputOf,
  pressRecord,
  recordButton,
  rows,
  runCell,
  valueOf,
  waitForIdle
} from './story';

test.describe.configure({ mode: 'serial' });

test('each attempt becomes a run with its own param and its own score', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/digits été.ipynb`;
  await openNotebook(page, path);
  const panel = await openPanel(page);
  await expect(panel).toContainText(/no runs/i);

  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);

  // The score on the screen is the score in the list.
  const scores = [await outputOf(page, TRAINING_CELL)];
  await expect(rows(panel)).toHaveCount(1);
  await expectScore(rows(panel).first(), scores[0]!);

  // A tweak, its cell, the training cell: three times.
  const rates = ['0.001', '0.01', '0.05'];
  for (const rate of rates) {
    await page.notebook.setCell(
      PARAMS_CELL,
      'code',
      `learning_rate = ${rate}\nepochs = 5`
    );
    await runCell(page, PARAMS_CELL);
    await runCell(page, TRAINING_CELL);
    scores.push(await outputOf(page, TRAINING_CELL));
    await expect(rows(panel)).toHaveCount(scores.length);
    await expectScore(rows(panel).first(), scores.at(-1)!);
    await expect(rows(panel).first()).toContainText(`learning_rate ${rate}`);
  }
  for (const [index, score] of scores.entries()) {
    await expectScore(rows(panel).nth(scores.length - 1 - index), score);
  }
  expect(new Set(scores).size).toBeGreaterThan(2);

  // The notebook on the disk holds nothing of ours.
  await page.notebook.save();
  const saved = await page.request.get(
    `${page.url().split('/lab')[0]}/api/contents/${encodeURI(path)}`
  );
  expect(JSON.stringify(await saved.json()).toLowerCase()).not.toContain(
    'trackbook'
  );

  // Compare two of them: the param that differs is there, the one that doesn't is not.
  await rows(panel).nth(0).getByRole('checkbox').check();
  await rows(panel).nth(3).getByRole('checkbox').check();
  await panel.getByRole('button', { name: 'Compare' }).click();
  const compare = page.locator('.jp-trackbook-page:visible').first();
  await expect(compare.getByRole('heading', { level: 1 })).toContainText(
    /compare 2 runs/i
  );
  await expect(compare).toContainText('learning_rate');
  await expect(compare).toContainText('0.05');
  await expect(compare).toContainText('0.0001');
  await expect(
    compare.getByRole('table', { name: /params/i }).getByText('epochs', {
      exact: true
    })
  ).toHaveCount(0);

  // Open the best one's notebook as a copy: its cells are those that ran.
  await page.notebook.activate('digits été.ipynb');
  const best = scores.indexOf(
    scores.reduce((a, b) => (Number(b) > Number(a) ? b : a))
  );
  const bestRate = ['0.0001', ...rates][best]!;
  await rows(panel)
    .nth(scores.length - 1 - best)
    .click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: /open notebook as a copy/i })
    .click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Cell').nth(PARAMS_CELL)
  ).toContainText(`learning_rate = ${bestRate}`);
  const copy = page.locator('.jp-NotebookPanel:visible .jp-CodeCell');
  await expect(copy).toHaveCount(CELLS.length);
  await expect(copy.nth(TRAINING_CELL).locator('.jp-OutputArea')).toContainText(
    scores[best]!
  );
});

test('metrics move while a longer cell trains', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/longer.ipynb`, [
    [
      'import time, trackbook',
      'for epoch in range(100):',
      '    trackbook.log_metric("val_acc", epoch / 100)',
      '    time.sleep(0.1)'
    ].join('\n')
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.selectCells(0);
  await page.menu.clickMenuItem('Run>Run Selected Cell');
  const score = rows(panel).first().locator('.jp-trackbook-value');
  await expect(score).toHaveText(/0\.\d/, { timeout: 8_000 });
  const early = await valueOf(score);
  await expect
    .poll(() => valueOf(score), { timeout: 5_000 })
    .toBeGreaterThan(early);
  await expect(
    rows(panel)
      .first()
      .getByRole('img', { name: /running/i })
  ).toBeVisible();

  // The chart of the run's page moves, too.
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const value = page.locator('.jp-trackbook-metric-value:visible').first();
  const before = await valueOf(value);
  await expect
    .poll(() => valueOf(value), { timeout: 5_000 })
    .toBeGreaterThan(before);
  await expect(
    page.locator('.jp-trackbook-plot:visible[data-lines="1"]')
  ).toBeVisible();
});

test('a restart ends the run, Record stays on, and Restart & Run All is one whole run', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/restarts.ipynb`);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);

  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await waitForIdle(page);
  await expect(
    rows(panel)
      .first()
      .getByRole('img', { name: /finished/i })
  ).toBeVisible();
  await expect(recordButton(page)).toContainText(/recording/i);

  await page.menu.clickMenuItem('Kernel>Restart Kernel and Run All Cells…');
  await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await waitForIdle(page);
  await expect(recordButton(page)).toContainText(/recording/i);
  // The same code, params and result: folded into one row, and it is whole.
  await expect(rows(panel).first()).toContainText('×2');
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const cells = page.getByRole('region', { name: /cells as they ran/i });
  for (const source of CELLS) {
    await expect(cells).toContainText(source.split('\n')[0]!);
  }
});
