/**
 * What the panel does when something around it fails: it says so, keeps what it shows,
 * and goes on by itself when it can.
 */
import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  serverOf,
  waitForIdle
} from './story';

const API = '**/trackbook/api/**';
const LIST = /\/trackbook\/api\/runs(?:\/groups)?\?/;

test('offline, what is shown stays and says so; online again, it goes on', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/offline.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await runCell(page, 0);
  await attempt(page, '0.1');
  await expect(rows(panel)).toHaveCount(1);

  await page.route(API, route => route.abort());
  await attempt(page, '0.2');
  const banner = panel.locator('.jp-trackbook-banner');
  await expect(banner).toContainText('The Jupyter server does not answer');
  await expect(rows(panel)).toHaveCount(1);
  expect(await problems(page)).toEqual([]);

  // An edit that can't be kept is taken back, and said.
  await rows(panel).first().getByRole('button', { name: /star/i }).click();
  await expect(panel.getByRole('alert')).toContainText(/does not answer/);

  await page.unroute(API);
  // A list under the pointer holds still.
  await page.mouse.move(700, 600);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(rows(panel)).toHaveCount(2);
  await expect(banner).toHaveCount(0);
});

test('a slow network shows that it reads, and nothing twice', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/slow.ipynb`, PLAIN_CELLS);
  let release = (): void => undefined;
  const slow = new Promise<void>(resolve => {
    release = resolve;
  });
  let asked = 0;
  await page.route(LIST, async route => {
    asked += 1;
    await slow;
    await route.continue();
  });
  const panel = await openPanel(page);
  await expect(
    panel.getByRole('progressbar', { name: 'Reading the runs' })
  ).toBeVisible();
  await page.notebook.run();
  await waitForIdle(page);
  expect(asked).toBe(1);
  release();
  await expect(panel).toContainText(/no runs/i);
});

test('who may not read the runs is told whom to ask', async ({
  page,
  tmpPath
}) => {
  await page.route(API, route =>
    route.fulfill({
      status: 403,
      contentType: 'application/json',
      body: JSON.stringify({ error: 'Forbidden', message: 'not allowed' })
    })
  );
  await page.reload();
  await openNotebook(page, `${tmpPath}/denied.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await expect(panel.getByRole('alert')).toContainText(
    'This Jupyter server does not show you its runs.'
  );
  await page.unroute(API);
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel).toContainText(/no runs/i);
});

for (const [version, words] of [
  ['0.0.1', 'the Jupyter server still runs version 0.0.1'],
  ['99.0.0', 'The Jupyter server runs trackbook 99.0.0 by now']
] as const) {
  test(`a server half of version ${version} is told apart`, async ({
    page,
    tmpPath
  }) => {
    await page.route(/\/trackbook\/api\/status/, async route => {
      const response = await route.fetch();
      const status = (await response.json()) as object;
      await route.fulfill({ response, json: { ...status, version } });
    });
    await page.reload();
    await openNotebook(page, `${tmpPath}/version.ipynb`, PLAIN_CELLS);
    const panel = await openPanel(page);
    await expect(panel.locator('.jp-trackbook-banner')).toContainText(words);
  });
}

test('two tabs show the same, and a run deleted in one is gone from the other', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/tabs.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await runCell(page, 0);
  await attempt(page, '0.1');
  await attempt(page, '0.2');
  await expect(rows(panel)).toHaveCount(2);
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const title = page.getByRole('heading', { name: 'rate 0.2' });
  await expect(title).toBeVisible();

  // The other tab, as far as the server can tell.
  const server = serverOf(page);
  const listed = await page.request.get(
    `${server}/trackbook/api/runs?limit=1&notebook_path=${tmpPath}/tabs.ipynb`
  );
  const { runs } = (await listed.json()) as { runs: { run_id: string }[] };
  const cookies = await page.context().cookies();
  const xsrf = cookies.find(({ name }) => name === '_xsrf')?.value ?? '';
  const edit = async (data: object): Promise<void> => {
    const answer = await page.request.patch(
      `${server}/trackbook/api/runs/${runs[0]?.run_id}`,
      { data, headers: { 'X-XSRFToken': xsrf } }
    );
    expect(answer.ok()).toBe(true);
  };
  await edit({ name: 'named elsewhere' });
  await expect(rows(panel).first()).toContainText('named elsewhere');
  await expect(
    page.getByRole('heading', { name: 'named elsewhere' })
  ).toBeVisible();

  await page.mouse.move(700, 800);
  await edit({ trashed: true });
  await expect(rows(panel)).toHaveCount(1);
  await expect(rows(panel).first()).toContainText('rate 0.1');
  await expect(
    page.locator('.jp-trackbook-page').getByText(/trash/i).first()
  ).toBeVisible();
});
