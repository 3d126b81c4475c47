/**
 * Recording belongs to the notebook: it outlives its tab and the page, and only the
 * button ends it.
 */
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  PLAIN_PARAMS,
  PLAIN_TRAINING,
  attempt,
  expectScore,
  openNotebook,
  openPanel,
  pressRecord,
  recordButton,
  reopenNotebook,
  rows,
  runCell,
  serverOf,
  startCell,
  waitForIdle
} from './story';

test('pressed late, Record also keeps the cells that ran before', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/late.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await runCell(page, PLAIN_PARAMS);
  await pressRecord(page);
  await runCell(page, PLAIN_TRAINING);

  await expect(rows(panel)).toHaveCount(1);
  await expectScore(rows(panel).first(), '0.07');
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const cells = page.getByRole('region', { name: /cells as they ran/i });
  const executions = cells.getByRole('listitem');
  await expect(executions).toHaveCount(3);
  const before = /before recording/i;
  for (const [index, wasBefore] of [true, true, false].entries()) {
    await executions.nth(index).getByRole('button').first().click();
    await expect(executions.nth(index)).toContainText(/In \[\d+\]/);
    await expect(executions.nth(index).getByText(before)).toHaveCount(
      wasBefore ? 1 : 0
    );
  }
});

test('Record outlives the tab and the page', async ({ page, tmpPath }) => {
  const path = `${tmpPath}/again.ipynb`;
  await openNotebook(page, path, PLAIN_CELLS);
  let panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);

  // The tab.
  await page.notebook.save();
  await page.notebook.close(false);
  await expect(page.locator('.jp-NotebookPanel')).toHaveCount(0);
  await reopenNotebook(page, path);
  await expect(recordButton(page)).toContainText(/recording/i);
  await attempt(page, '0.2');
  await expect(rows(panel)).toHaveCount(2);

  // The page.
  await page.notebook.save();
  // It comes back with the notebook in front, not with the launcher that Galata awaits.
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await reopenNotebook(page, path);
  await expect(recordButton(page)).toContainText(/recording/i);
  panel = await openPanel(page);
  await expect(rows(panel)).toHaveCount(2);
  await attempt(page, '0.3');
  await expect(rows(panel)).toHaveCount(3);
  await expect(rows(panel).first()).toContainText('rate 0.3');
  await expectScore(rows(panel).first(), '0.21');
});

test('to stop recording does not stop the cell', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/stopped.ipynb`, [
    [
      'import os, time',
      'rate = 0.4',
      "while not os.path.exists('go on.txt'):",
      '    time.sleep(0.05)',
      "print('came to its end')",
      'score = 0.5'
    ].join('\n'),
    ...PLAIN_CELLS
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await startCell(page, 0);
  await expect(
    rows(panel).first().getByRole('img', { name: 'running' })
  ).toBeVisible();

  await recordButton(page).click();
  await expect(recordButton(page)).toHaveAttribute('aria-pressed', 'false');
  await expect(
    page
      .locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator')
      .first()
  ).toHaveAttribute('data-status', 'busy');

  await page.contents.uploadContent('', 'text', `${tmpPath}/go on.txt`);
  await waitForIdle(page);
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-OutputArea').first()
  ).toContainText('came to its end');
  await expect(
    rows(panel).first().getByRole('img', { name: 'finished' })
  ).toBeVisible();
  await expectScore(rows(panel).first(), '0.5');

  // What runs from now on is nobody's business.
  for (const index of [1, 2, 3]) {
    await runCell(page, index);
  }
  await expect(recordButton(page)).toHaveAttribute('aria-pressed', 'false');
  const listed = await page.request.get(
    `${serverOf(page)}/trackbook/api/runs?${new URLSearchParams({
      notebook_path: `${tmpPath}/stopped.ipynb`
    })}`
  );
  expect((await listed.json()).runs).toHaveLength(1);
});
