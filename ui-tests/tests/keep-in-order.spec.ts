/**
 * Runs kept in order: moved and given back, archived and found, deleted for good.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

const COUNT = 6;

const LOGGING = [
  'import trackbook',
  `for number in range(${COUNT}):`,
  '    with trackbook.start_run(f"try {number}"):',
  '        trackbook.log_param("lr", number)',
  '        trackbook.log_metric("acc", number / 10)',
  '        trackbook.log_text("x" * 100_000 + str(number), "long.txt")'
].join('\n');

async function record(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, [LOGGING]);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await expect(rows(panel)).toHaveCount(COUNT, { timeout: 20_000 });
  await page.mouse.move(900, 500);
  return panel;
}

async function select(panel: Locator, ...names: string[]): Promise<void> {
  for (const name of names) {
    await rows(panel).filter({ hasText: name }).getByRole('checkbox').check();
  }
}

test('three runs are moved to a new experiment, and that is undone', async ({
  page,
  tmpPath
}) => {
  const panel = await record(page, `${tmpPath}/move.ipynb`);
  await panel.getByRole('radio', { name: 'All' }).check({ force: true });
  await select(panel, 'try 1', 'try 2', 'try 3');
  await panel
    .getByRole('button', { name: 'Move the selected runs to an experiment' })
    .click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('Move 3 runs to an experiment');
  expect(await problems(page)).toEqual([]);
  await dialog.locator('input').fill(`grid search ${tmpPath}`);
  await dialog.getByRole('button', { name: 'Move' }).click();
  await expect(panel).toContainText('3 runs moved');
  await expect(
    rows(panel).filter({ hasText: `grid search ${tmpPath}` })
  ).toHaveCount(3);
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(
    rows(panel).filter({ hasText: `grid search ${tmpPath}` })
  ).toHaveCount(0);
});

test('runs are archived, found again and brought back', async ({
  page,
  tmpPath
}) => {
  const panel = await record(page, `${tmpPath}/archive.ipynb`);
  await select(panel, 'try 1', 'try 2');
  await panel
    .getByRole('button', { name: 'Archive the selected runs' })
    .click();
  await expect(panel).toContainText('2 runs archived');
  await expect(rows(panel)).toHaveCount(COUNT - 2);
  await panel.getByRole('button', { name: 'Archive', exact: true }).click();
  await expect(panel.getByRole('heading', { name: 'Archive' })).toBeVisible();
  await expect(rows(panel)).toHaveCount(2);
  expect(await problems(page)).toEqual([]);
  await select(panel, 'try 1', 'try 2');
  await panel.getByRole('button', { name: 'Bring back' }).click();
  await expect(rows(panel)).toHaveCount(0);
  await panel.getByRole('button', { name: 'Leave archive' }).click();
  await expect(rows(panel)).toHaveCount(COUNT);
});

test('the trash says what emptying frees, and deletes for good', async ({
  page,
  tmpPath
}) => {
  const panel = await record(page, `${tmpPath}/empty.ipynb`);
  await select(panel, 'try 1', 'try 2', 'try 3');
  await panel
    .getByRole('button', { name: 'Move the selected runs to the trash' })
    .click();
  await expect(rows(panel)).toHaveCount(COUNT - 3);
  await panel.getByRole('button', { name: 'Trash', exact: true }).click();
  await expect(rows(panel)).toHaveCount(3);
  await panel.getByRole('button', { name: 'Empty trash…' }).click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText(/\d+ runs are deleted for good/);
  await expect(dialog).toContainText(/frees about [\d.]+ (KB|MB)/);
  expect(await problems(page)).toEqual([]);
  await page.screenshot({ path: 'test-results/empty-trash.png' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(rows(panel)).toHaveCount(3);
  await panel.getByRole('button', { name: 'Empty trash…' }).click();
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await expect(rows(panel)).toHaveCount(0);
  await expect(
    page.getByText(/runs deleted for good; [\d.]+ (B|KB|MB) freed/).first()
  ).toBeVisible();
  await panel.getByRole('button', { name: 'Leave trash' }).click();
  await expect(rows(panel)).toHaveCount(COUNT - 3);
});
