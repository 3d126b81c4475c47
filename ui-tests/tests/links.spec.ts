/**
 * Links to runs and comparisons, opened by a browser that has seen nothing yet.
 */
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
