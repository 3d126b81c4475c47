/**
 * JupyterHub: each person's runs in a server of their own, behind the hub's login and
 * its proxy.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

const WORK =
  process.env['TRACKBOOK_UI_WORK'] ?? path.join(__dirname, '..', '..', '.work');
const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
  cells: ['rate = 0.1', 'score = 1 - rate'].map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    execution_count: null,
    metadata: {},
    outputs: [],
    source
  }))
};

test('a person records, and a link leads through the login to the run', async ({
  browser,
  page,
  baseURL
}) => {
  await page.goto(`${baseURL}/hub/login`);
  await login(page, 'ada');
  await untilLab(page);
  writeFileSync(
    path.join(WORK, 'ada', 'notebooks', 'rates.ipynb'),
    JSON.stringify(NOTEBOOK)
  );
  await execute(page, 'docmanager:open', { path: 'rates.ipynb' });
  await expect(page.locator('.jp-NotebookPanel-toolbar')).toBeVisible();
  await page
    .getByRole('button', { name: /record/i })
    .first()
    .click();
  await execute(page, 'notebook:run-all-cells');
  await execute(page, 'trackbook:show-panel');
  const row = page.locator('.jp-trackbook-row');
  await expect(row).toHaveCount(1, { timeout: 60_000 });
  await expect(row).toContainText('0.9');
  const runId = await row.getAttribute('data-run-id');

  // A browser that nobody has logged in with: to the hub's page, and on to the run.
  const link = `${baseURL}/user/ada/lab?trackbook-run=${runId}`;
  const ada = await browser.newContext();
  const own = await ada.newPage();
  await own.goto(link);
  await login(own, 'ada');
  await expect(
    own.locator('.jp-trackbook-page:visible').getByRole('heading', { level: 1 })
  ).toBeVisible({ timeout: 60_000 });
  await ada.close();

  // Somebody else has no way to it, by the page or by what the page asks.
  const grace = await browser.newContext();
  const others = await grace.newPage();
  await others.goto(`${baseURL}/hub/login`);
  await login(others, 'grace');
  await untilLab(others);
  await execute(others, 'trackbook:show-panel');
  await expect(others.locator('.jp-trackbook-state')).toContainText(/no runs/i);
  const asked = await others.request.get(
    `${baseURL}/user/ada/trackbook/api/runs/${runId}`,
    { maxRedirects: 0 }
  );
  expect(asked.status()).not.toBe(200);
  expect(await asked.text()).not.toContain('rates');
  await grace.close();
});

async function login(page: Page, name: string): Promise<void> {
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill('a password of the tests');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function untilLab(page: Page): Promise<void> {
  await page.waitForURL(/\/user\/[^/]+\/lab/, { timeout: 120_000 });
  await page.waitForFunction(() => Boolean(window.jupyterapp), null, {
    timeout: 60_000
  });
  await page.evaluate(() => window.jupyterapp.restored);
}

async function execute(
  page: Page,
  command: string,
  args: Record<string, unknown> = {}
): Promise<void> {
  await page.evaluate(
    async ([command, args]) => {
      await window.jupyterapp.commands.execute(command, args as never);
    },
    [command, args] as const
  );
}
