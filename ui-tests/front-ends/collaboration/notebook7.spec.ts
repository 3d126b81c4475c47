/**
 * Jupyter Notebook 7, one notebook a page: the same button, and the runs in the sidebar.
 */
import { expect, test } from '@playwright/test';
import type { Locator } from '@playwright/test';

import { prefix } from '../../tests/fixtures';
import { PLAIN_CELLS, notebookOf } from '../../tests/story';

test('a notebook is recorded, and its runs stand in the sidebar', async ({
  page,
  request,
  baseURL
}) => {
  const name = 'seventh.ipynb';
  await request.put(`${baseURL}/api/contents/${name}`, {
    data: {
      type: 'notebook',
      format: 'json',
      content: JSON.parse(notebookOf(PLAIN_CELLS))
    }
  });
  await page.goto(`${prefix}/notebooks/${name}`);
  const record = page.getByRole('button', { name: /record/i }).first();
  await expect(record).toBeVisible();
  await record.click();
  await expect(record).toContainText(/recording/i);

  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells' }).first().click();
  const score = page.locator('.jp-OutputArea-output').last();
  await expect(score).toContainText('0.07', { timeout: 60_000 });

  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  const item = (name: RegExp): Locator =>
    page.locator('.lm-Menu-item').filter({ hasText: name });
  await item(/^Right Sidebar/).click();
  await item(/^Show Runs$/).click();
  const panel = page.locator('#trackbook-panel');
  await expect(panel.locator('.jp-trackbook-row')).toHaveCount(1);
  await expect(panel.locator('.jp-trackbook-value').first()).toContainText(
    '0.07'
  );

  // The main area holds the notebook alone: a run opens on a page of its own.
  const opened = page.waitForEvent('popup');
  await panel.locator('.jp-trackbook-name').first().click();
  const runPage = await opened;
  expect(new URL(runPage.url()).pathname).toBe(`${prefix}/tree`);
  const shown = runPage.locator('.jp-trackbook-page:visible');
  await expect(shown.getByRole('heading', { level: 1 })).toBeVisible({
    timeout: 60_000
  });
  await expect(shown).toContainText('0.07');
  await runPage.close();

  // The notebook goes back to what made the run, where it is open.
  await page.locator('.jp-Cell .cm-content').nth(1).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('rate = 0.9');
  await panel.locator('.jp-trackbook-row').first().click({ button: 'right' });
  await item(/^Restore Notebook of Run/).click();
  const dialog = page.getByRole('dialog', { name: 'Restore a notebook' });
  await dialog.getByRole('radio', { name: /replace/i }).check();
  await dialog.getByRole('button', { name: /^replace/i }).click();
  // The edit was not saved: it is kept as a revision, says the question.
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.locator('.jp-Cell .cm-content').nth(1)).toHaveText(
    'rate = 0.1'
  );
});
