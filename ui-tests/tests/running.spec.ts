/**
 * What runs now: seen, reached, interrupted; and what this server can't reach.
 */
import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, pressRecord, startCell, waitForIdle } from './story';

const CELLS = [
  'import time\ncount = 3',
  'for step in range(600):\n    time.sleep(0.1)\ntotal = count * 2',
  'model_score = 0.5\nmodel_score'
];
const LONG_CELL = 1;

test('a run that executes is seen with its cell and interrupted', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/long.ipynb`, CELLS);
  await pressRecord(page);
  await page.notebook.runCell(0, true);
  await startCell(page, LONG_CELL);
  await page.menu.clickMenuItem('Trackbook>Show Running Runs');
  const view = page.locator('.jp-trackbook-running');
  const row = view.getByRole('row').filter({ hasText: 'long.ipynb' });
  await expect(row).toContainText('for step in range(600):');
  await expect(row).toContainText('this host');
  await expect(row).toContainText(/for \d/);
  expect(await problems(page)).toEqual([]);
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/running-light.png' });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: 'test-results/running-dark.png' });
  }

  await row.getByRole('button', { name: /^Interrupt/ }).click();
  await expect(row).toContainText(/no cell; waiting/);
  await expect(row.getByRole('button', { name: /^Interrupt/ })).toBeDisabled();

  await row.getByRole('button', { name: 'long.ipynb' }).click();
  await expect(page.locator('.jp-NotebookPanel:visible')).toContainText(
    'KeyboardInterrupt'
  );
  await waitForIdle(page);

  await page.getByRole('tab', { name: 'Running', exact: true }).click();
  await row.getByRole('button', { name: /^Stop recording/ }).click();
  await expect(row).toHaveCount(0);
});

test('JupyterLab’s own panel of what runs lists it, and interrupts it', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/listed.ipynb`, CELLS);
  await pressRecord(page);
  await page.notebook.runCell(0, true);
  await startCell(page, LONG_CELL);
  await page.sidebar.openTab('jp-running-sessions');
  const panel = page.locator('#jp-running-sessions');
  const entry = panel
    .getByRole('region', { name: 'Recorded Runs' })
    .locator('.jp-RunningSessions-item')
    .filter({ hasText: 'listed.ipynb' });
  await expect(entry).toHaveCount(1);
  const interrupt = entry.getByTitle('Interrupt', { exact: true });
  await expect(interrupt).toHaveCount(1);
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await entry.hover();
    await page.screenshot({ path: 'test-results/running-section-light.png' });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: 'test-results/running-section-dark.png' });
  }
  await entry.locator('.jp-RunningSessions-itemLabel').click();
  await expect(page.locator('.jp-trackbook-view:visible')).toContainText(
    'listed.ipynb'
  );
  await entry.hover();
  await interrupt.click();
  await page.notebook.activate('listed.ipynb');
  await expect(page.locator('.jp-NotebookPanel:visible')).toContainText(
    'KeyboardInterrupt'
  );
  // Between two cells there is nothing to interrupt; the run is still open.
  await expect(interrupt).toHaveCount(0);
  await expect(entry).toHaveCount(1);
});
