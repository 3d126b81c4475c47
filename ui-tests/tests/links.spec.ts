/**
 * Links to runs and comparisons, opened by a browser that has seen nothing yet.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { problems } from './axe';
import { expect, prefix, test } from './fixtures';
import {
  PLAIN_CELLS,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  waitForIdle
} from './story';

test('a link leads to the run, and another to the comparison', async ({
  page,
  browser,
  baseURL,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/linked.ipynb`, PLAIN_CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.2');
  const panel = await openPanel(page);
  await expect(rows(panel)).toHaveCount(2);
  const name = await rows(panel)
    .first()
    .locator('.jp-trackbook-name')
    .innerText();

  const context = page.context();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = async (entry: string): Promise<string> => {
    await rows(panel).first().click({ button: 'right' });
    await page.locator('.lm-Menu-item').filter({ hasText: entry }).click();
    await expect(page.getByText('The link was copied.').last()).toBeVisible();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const toRun = await copied('Copy Link to Run');
  expect(new URL(toRun).pathname).toBe(`${prefix}/lab`);
  await rows(panel).nth(1).getByRole('checkbox').check();
  const toComparison = await copied('Copy Link to Comparison');

  // A browser of its own: no cookies, no workspace, nothing open.
  const fresh = await browser.newContext();
  const other = await fresh.newPage();
  const heading = (text: string | RegExp) =>
    other
      .locator('.jp-trackbook-page:visible')
      .getByRole('heading', { name: text, level: 1 });
  await other.goto(toRun);
  await expect(heading(name)).toBeVisible({ timeout: 60_000 });
  // The address has done its work: a reload shows what is open by then.
  expect(other.url()).not.toContain('trackbook-run');
  await other.goto(toComparison);
  await expect(heading(/compare 2 runs/i)).toBeVisible({ timeout: 60_000 });

  await other.goto(`${baseURL}/lab?trackbook-run=there-is-none`);
  await expect(
    other.locator('.jp-trackbook-page:visible').getByRole('alert')
  ).toBeVisible({ timeout: 60_000 });
  await other.goto(`${baseURL}/lab?trackbook-run=`);
  await expect(other.getByText(/the link names no run/i)).toBeVisible({
    timeout: 60_000
  });
  await fresh.close();
  expect(await problems(page)).toEqual([]);
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

test('a link opens what it names after login', async ({
  page,
  browser,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/behind.ipynb`, PLAIN_CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  const panel = await openPanel(page);
  const runId = await rows(panel).first().getAttribute('data-run-id');

  // Another server on the same home, which asks who one is.
  const work =
    process.env['TRACKBOOK_UI_WORK'] ?? path.join(__dirname, '..', '.work');
  const folder = (name: string): string => {
    mkdirSync(path.join(work, name), { recursive: true });
    return path.join(work, name);
  };
  const port = await freePort();
  const server = spawn(
    'python',
    [
      '-m',
      'jupyterlab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      `--ServerApp.base_url=${prefix}/`,
      `--ServerApp.root_dir=${folder('root')}`,
      '--IdentityProvider.token=open-sesame'
    ],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        HOME: folder('home'),
        IPYTHONDIR: folder('ipython'),
        JUPYTER_CONFIG_DIR: folder('config'),
        JUPYTER_DATA_DIR: folder('data'),
        JUPYTER_RUNTIME_DIR: folder('runtime-behind-login'),
        JUPYTERLAB_SETTINGS_DIR: folder('settings-behind-login'),
        JUPYTERLAB_WORKSPACES_DIR: folder('workspaces-behind-login'),
        TRACKBOOK_HOME: folder('trackbook')
      }
    }
  );
  const fresh = await browser.newContext();
  try {
    const other = await fresh.newPage();
    const address = `http://127.0.0.1:${port}${prefix}/lab?trackbook-run=${runId}`;
    await expect(async () => {
      await other.goto(address);
    }).toPass({ timeout: 60_000 });
    expect(new URL(other.url()).pathname).toBe(`${prefix}/login`);
    expect(new URL(other.url()).searchParams.get('next')).toContain(
      `trackbook-run=${runId}`
    );
    await other.locator('#password_input').fill('open-sesame');
    await other.locator('#login_submit').click();
    await expect(
      other
        .locator('.jp-trackbook-page:visible')
        .getByRole('heading', { name: 'first', level: 1 })
    ).toBeVisible({ timeout: 60_000 });
    expect(new URL(other.url()).pathname).toMatch(/\/lab/);
    expect(other.url()).not.toContain('trackbook-run');
  } finally {
    await fresh.close();
    server.kill();
  }
});
