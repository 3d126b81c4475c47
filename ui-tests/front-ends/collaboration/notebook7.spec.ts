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
  await item(/^Left Sidebar/).click();
  await item(/Runs/).click();
  const panel = page.locator('#trackbook-panel');
  await expect(panel.locator('.jp-trackbook-row')).toHaveCount(1);
  await expect(panel.locator('.jp-trackbook-value').first()).toContainText(
    '0.07'
  );

  // A page of its own has no room here: it opens beside the notebook.
  await panel.locator('.jp-trackbook-name').first().click();
  await expect(
    page.getByRole('button', { name: /restore/i }).first()
  ).toBeVisible();
});
