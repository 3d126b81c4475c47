/**
 * A notebook whose file is gone: found in the panel, and restored where it was.
 */
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  PLAIN_PARAMS,
  PLAIN_TRAINING,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  serverOf,
  waitForIdle
} from './story';

test('a deleted notebook is found in the panel and comes back with its outputs', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/lost.ipynb`;
  await openNotebook(page, path, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await expect
    .poll(async () => {
      const route = `${serverOf(page)}/trackbook/api/notebooks/revisions`;
      const answer = await page.request.get(route, {
        params: { notebook_path: path }
      });
      return (await answer.json()).revisions[0]?.moment;
    })
    .toBe('ended');
  await page.notebook.close(true);
  await page.contents.deleteFile(path);

  await panel.getByRole('button', { name: 'Notebooks', exact: true }).click();
  await panel.getByRole('checkbox', { name: /only deleted/i }).check();
  const row = panel.getByRole('listitem').filter({ hasText: 'lost.ipynb' });
  await expect(row).toContainText('deleted');
  if (process.env['TRACKBOOK_PICTURES'] !== undefined) {
    const folder = process.env['TRACKBOOK_PICTURES'];
    await panel.screenshot({ path: `${folder}/notebooks-light.png` });
    await page.theme.setDarkTheme();
    await panel.screenshot({ path: `${folder}/notebooks-dark.png` });
    await page.theme.setLightTheme();
  }
  // By keyboard: what the mouse can do, it can.
  await row.getByRole('button', { name: `Restore ${path}` }).focus();
  await page.keyboard.press('Enter');

  const cells = page.locator('.jp-Notebook .jp-Cell');
  await expect(cells.nth(PLAIN_PARAMS)).toContainText('rate = 0.1');
  await expect(cells.nth(PLAIN_TRAINING).locator('.jp-OutputArea')).toHaveText(
    /\d/
  );
  expect(await page.contents.fileExists(path)).toBe(true);
  // It is the same notebook: its run is still its own.
  await panel.getByRole('button', { name: 'Leave notebooks' }).click();
  await panel.getByRole('radio', { name: 'This notebook' }).check();
  await expect(rows(panel)).toHaveCount(1);
});
