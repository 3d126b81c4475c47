/**
 * Kernels in environments of their own: one that has the kernel half, one that lacks it.
 */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  PLAIN_TRAINING,
  attempt,
  expectScore,
  openNotebook,
  openPanel,
  outputOf,
  pressRecord,
  recordButton,
  rows,
  waitForIdle
} from './story';

const run = promisify(execFile);
const ROOT = resolve(__dirname, '..', '..');
const ENVIRONMENTS = resolve(ROOT, 'ui-tests', '.work', 'environments');
const MINUTES = 60_000;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(4 * MINUTES);
  await run('python', [resolve(ROOT, 'ui-tests', 'make_environments.py')]);
});

test('a kernel that has only trackbook-kernel is recorded at a click', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/light.ipynb`, PLAIN_CELLS, 'light');
  const panel = await openPanel(page);
  await pressRecord(page);
  await expectTwoAttempts(page, panel);
});

test('a kernel without it says which line installs it, and records once it is there', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(4 * MINUTES);
  await openNotebook(page, `${tmpPath}/bare.ipynb`, PLAIN_CELLS, 'bare');
  const panel = await openPanel(page);

  await recordButton(page).click();
  const dialog = page.getByRole('dialog');
  const python = resolve(ENVIRONMENTS, 'bare', 'bin', 'python');
  const cure = '%pip install trackbook-kernel';
  const word = /^[\w@%+=:,./-]+$/.test(python) ? python : `'${python}'`;
  const terminalCure = `${word} -m pip install trackbook-kernel`;
  await expect(dialog.getByText(cure, { exact: true })).toBeVisible();
  await expect(dialog.getByText(terminalCure, { exact: true })).toBeVisible();

  // Both lines can be taken along.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [index, line] of [cure, terminalCure].entries()) {
    await dialog
      .getByRole('button', { name: /^copy$|^copied$/i })
      .nth(index)
      .click();
    await expect.poll(() => clipboardOf(page)).toBe(line);
  }

  // Retrying too early changes nothing.
  await dialog.getByRole('button', { name: 'Retry' }).click();
  await expect(
    page.getByRole('dialog').getByText(cure, { exact: true })
  ).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(recordButton(page)).toHaveAttribute('aria-pressed', 'false');
  await expect(recordButton(page)).toHaveAttribute('title', /trackbook/i);

  // What the line would do, from this checkout; the kernel goes on running.
  await run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    resolve(ROOT, 'kernel')
  ]);
  await recordButton(page).click();
  const stillThere = page
    .getByRole('dialog')
    .getByRole('button', { name: 'Retry' });
  await expect(
    stillThere.or(recordButton(page).and(page.locator('[aria-pressed=true]')))
  ).toBeVisible();
  if (await stillThere.isVisible()) {
    await stillThere.click();
  }
  await expect(recordButton(page)).toContainText(/recording/i);
  await expectTwoAttempts(page, panel);
});

/** Two attempts give two runs, each with its own param and its own score. */
async function expectTwoAttempts(
  page: IJupyterLabPageFixture,
  panel: Locator
): Promise<void> {
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  expect(await outputOf(page, PLAIN_TRAINING)).toBe('0.07');

  await attempt(page, '0.2');
  expect(await outputOf(page, PLAIN_TRAINING)).toBe('0.14');
  await expect(rows(panel)).toHaveCount(2);
  await expectScore(rows(panel).first(), '0.14');
  await expect(rows(panel).first()).toContainText('rate 0.2');
  await expectScore(rows(panel).nth(1), '0.07');
}

async function clipboardOf(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
