/**
 * Two people on one document: what one runs is recorded as it was when it ran, whatever
 * the other writes meanwhile, and once.
 */
import { galata } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../../tests/fixtures';
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
  startCell,
  waitForIdle
} from '../../tests/story';
import { posted, revisionOf, runsOf } from '../pages';

test.use({ autoGoto: false });

const TRAINING = [
  'from pathlib import Path',
  'from time import sleep',
  'model = Model(rate)',
  "while not Path('go').exists():",
  '    sleep(0.05)',
  'model.score(0.7)'
].join('\n');

test('what one of two people runs is recorded once, as it was when it ran', async ({
  page,
  browser,
  baseURL,
  waitForApplication,
  tmpPath
}) => {
  const path = `${tmpPath}/shared.ipynb`;
  await page.goto();
  await openNotebook(page, path, [...PLAIN_CELLS.slice(0, 2), TRAINING]);
  const { page: other } = await galata.newPage({
    browser,
    baseURL: baseURL!,
    waitForApplication,
    autoGoto: false,
    mockKernels: false,
    mockSessions: false,
    tmpPath
  });
  await other.goto();
  await reopenNotebook(other, path);
  const captures = posted(page, '/trackbook/api/captures');
  const othersCaptures = posted(other, '/trackbook/api/captures');
  const panel = await openPanel(page);
  await pressRecord(page);
  await expect(recordButton(other)).toContainText(/recording/i);

  // One runs; the other writes into what runs and into what ran before.
  await page.notebook.setCell(PLAIN_PARAMS, 'code', 'rate = 0.2');
  await runCell(page, 0);
  await runCell(page, PLAIN_PARAMS);
  await startCell(page, PLAIN_TRAINING);
  await expect(prompt(other, PLAIN_TRAINING)).toContainText('*');
  await other.notebook.setCell(PLAIN_PARAMS, 'code', 'rate = 0.3');
  await other.notebook.setCell(
    PLAIN_TRAINING,
    'code',
    'model = Model(rate)\nmodel.score(0.9)'
  );
  await expect(cell(page, PLAIN_PARAMS)).toContainText('rate = 0.3');
  await expect(cell(page, PLAIN_TRAINING)).toContainText('model.score(0.9)');
  await page.contents.uploadContent('', 'text', `${tmpPath}/go`);
  await waitForIdle(page);
  await waitForIdle(other);

  await expect(rows(panel)).toHaveCount(1);
  await expectScore(rows(panel).first(), '0.14');
  await expect(rows(panel).first()).toContainText('rate 0.2');
  // Of each of the three cells, however late the last is told.
  await expect
    .poll(() => moments(captures).filter(moment => moment === 'ended').length)
    .toBe(3);
  const [first] = await runsOf(page, path);
  expect((await revisionOf(page, first!.run_id)).map(c => c.source)).toEqual([
    PLAIN_CELLS[0],
    'rate = 0.2',
    TRAINING
  ]);
  expect(othersCaptures).toEqual([]);

  // The other runs what stands there now.
  const before = captures.length;
  await runCell(other, PLAIN_PARAMS);
  await runCell(other, PLAIN_TRAINING);
  const othersPanel = await openPanel(other);
  for (const shown of [panel, othersPanel]) {
    await expect(rows(shown)).toHaveCount(2);
    await expectScore(rows(shown).first(), '0.27');
    await expect(rows(shown).first()).toContainText('rate 0.3');
  }
  await expect.poll(() => moments(othersCaptures)).toContain('ended');
  const runs = await runsOf(page, path);
  expect(runs.map(run => run.notebook_path)).toEqual([path, path]);
  // Running the last cell adds one below it.
  const second = (await revisionOf(page, runs[0]!.run_id)).slice(0, 3);
  expect(second.map(one => one.id)).toEqual(['cell-0', 'cell-1', 'cell-2']);
  expect(second.map(one => one.source)).toEqual([
    PLAIN_CELLS[0],
    'rate = 0.3',
    'model = Model(rate)\nmodel.score(0.9)'
  ]);
  expect(second[PLAIN_TRAINING]!.texts).toEqual(['0.27']);
  expect(captures).toHaveLength(before);
  await other.context().close();
});

test('a notebook that one of two people restores is restored for both, and undone for both', async ({
  page,
  browser,
  baseURL,
  waitForApplication,
  tmpPath
}) => {
  const path = `${tmpPath}/together.ipynb`;
  await page.goto();
  await openNotebook(page, path, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.9');
  await expect(rows(panel)).toHaveCount(2);
  const { page: other } = await galata.newPage({
    browser,
    baseURL: baseURL!,
    waitForApplication,
    autoGoto: false,
    mockKernels: false,
    mockSessions: false,
    tmpPath
  });
  await other.goto();
  await reopenNotebook(other, path);
  await other.notebook.setCell(0, 'code', `${PLAIN_CELLS[0]!}\n# of the other`);
  await expect(cell(page, 0)).toContainText('# of the other');

  await rows(panel).nth(1).click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: /^restore notebook of run/i })
    .click();
  const dialog = page.getByRole('dialog', { name: /restore/i });
  await dialog.getByRole('radio', { name: 'Replace' }).check();
  await dialog.getByRole('button', { name: /^replace, keeping r/i }).click();
  // Whether there are unsaved edits is up to the server, which saves when it likes.
  const anyway = page.getByRole('button', { name: 'Restore', exact: true });
  const told = page.getByText(/what was open is kept as r/);
  await expect(anyway.or(told).first()).toBeVisible();
  if (await anyway.isVisible()) {
    await anyway.click();
  }
  for (const shown of [page, other]) {
    await expect(cell(shown, PLAIN_PARAMS)).toContainText('rate = 0.1');
    await expect(cell(shown, 0)).not.toContainText('# of the other');
    await expect(
      shown.locator('.jp-NotebookPanel:visible .jp-Cell')
    ).toHaveCount(PLAIN_CELLS.length);
  }

  await page.getByRole('button', { name: 'Undo restore' }).click();
  for (const shown of [page, other]) {
    await expect(cell(shown, PLAIN_PARAMS)).toContainText('rate = 0.9');
    await expect(cell(shown, 0)).toContainText('# of the other');
    await expect(
      shown.locator('.jp-NotebookPanel:visible .jp-Cell')
    ).toHaveCount(PLAIN_CELLS.length);
  }
  await other.context().close();
});

function cell(page: Page, index: number): Locator {
  return page.locator('.jp-NotebookPanel:visible .jp-Cell').nth(index);
}

function prompt(page: Page, index: number): Locator {
  return cell(page, index).locator('.jp-InputPrompt');
}

function moments(captures: readonly string[]): readonly string[] {
  return captures.map(capture => JSON.parse(capture).moment);
}
