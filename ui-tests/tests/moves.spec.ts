/**
 * Runs leave as one file and come from one: by the menus of the list and of the files.
 */
import { readFile } from 'node:fs/promises';

import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  waitForIdle
} from './story';

test('a run is exported, and its file imported from here and from the server', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/moving.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);

  await rows(panel).first().click({ button: 'right' });
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export Run…' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('run.tbk');
  const file = await download.path();
  const bytes = await readFile(file);
  expect(bytes.subarray(0, 15).toString()).toBe('SQLite format 3');

  // From this computer, by the command.
  const choosing = page.waitForEvent('filechooser');
  void page.evaluate(async () => {
    await window.jupyterapp.commands.execute('trackbook:import-runs');
  });
  await (
    await choosing
  ).setFiles({
    name: 'from-ada.tbk',
    mimeType: 'application/octet-stream',
    buffer: bytes
  });
  const toast = page.locator('.Toastify__toast');
  await expect(toast.filter({ hasText: 'from-ada.tbk' })).toContainText(
    '0 new runs'
  );
  await expect(toast.filter({ hasText: 'from-ada.tbk' })).toContainText(
    '1 here already'
  );

  // From the server's files, by the menu of the file browser.
  await page.contents.uploadContent(
    bytes.toString('base64'),
    'base64',
    `${tmpPath}/on-server.tbk`
  );
  await page.sidebar.openTab('filebrowser');
  await page.filebrowser.openDirectory(tmpPath);
  await page.filebrowser.refresh();
  await page
    .locator('.jp-DirListing-item')
    .filter({ hasText: 'on-server.tbk' })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Import Runs' }).click();
  await expect(toast.filter({ hasText: 'on-server.tbk' })).toContainText(
    '1 here already'
  );

  // What is no bundle is refused in words.
  await page.contents.uploadContent('no', 'text', `${tmpPath}/bad.tbk`);
  await page.filebrowser.refresh();
  await page
    .locator('.jp-DirListing-item')
    .filter({ hasText: 'bad.tbk' })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Import Runs' }).click();
  const folder = process.env['TRACKBOOK_PICTURES'];
  await expect(toast.filter({ hasText: 'bad.tbk' })).toContainText(
    'is not a trackbook bundle'
  );
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/moves-light.png` });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: `${folder}/moves-dark.png` });
  }
});
