/**
 * The list of runs: by folder, in groups, with columns of one's choice, and many at once.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

/** Logs runs by hand, so that there are many in a moment. */
function logging(count: number, name = 'try'): string {
  return [
    'import trackbook',
    `for number in range(${count}):`,
    `    with trackbook.start_run(f"${name} {number}"):`,
    '        trackbook.log_params({"lr": [0.1, 0.01][number % 2], "seed": number, "same": 1})',
    '        trackbook.log_metric("val_acc", round(0.5 + number / 100, 4))',
    '        trackbook.log_metric("loss", round(1 / (number + 1), 4))',
    '        trackbook.set_tag("team", ["red", "blue", "green"][number % 3])'
  ].join('\n');
}

async function logRuns(
  page: IJupyterLabPageFixture,
  path: string,
  count: number,
  name?: string
): Promise<Locator> {
  await page.sidebar.openTab('filebrowser');
  await openNotebook(page, path, ['%load_ext trackbook', logging(count, name)]);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await runCell(page, 1);
  return panel;
}

function heads(panel: Locator): Locator {
  return panel.locator('.jp-trackbook-day.jp-mod-group');
}

/** Pictures to look at, in light and dark, where they are asked for. */
async function picture(
  page: IJupyterLabPageFixture,
  target: Locator,
  name: string
): Promise<void> {
  const folder = process.env['TRACKBOOK_PICTURES'];
  if (folder !== undefined) {
    await target.screenshot({ path: `${folder}/${name}-light.png` });
    await page.theme.setDarkTheme();
    await target.screenshot({ path: `${folder}/${name}-dark.png` });
    await page.theme.setLightTheme();
  }
}

test('runs are grouped by what one chooses, and stay so', async ({
  page,
  tmpPath
}) => {
  const panel = await logRuns(page, `${tmpPath}/groups.ipynb`, 12);
  await expect(rows(panel)).toHaveCount(12);
  await expect(heads(panel)).toHaveText([/Today.*12 runs · best 0\.61/]);

  const group = panel.getByRole('combobox', { name: 'Group by' });
  await group.selectOption('param:lr');
  await expect(heads(panel)).toHaveText([
    /lr 0\.01.*6 runs · best 0\.61/,
    /lr 0\.1.*6 runs · best 0\.60/
  ]);
  await group.selectOption('tag:team');
  await expect(heads(panel)).toHaveText([/blue/, /green/, /red/]);
  await picture(page, panel, 'list-groups');

  // By keyboard: a head folds its group away, whose runs are not read then.
  await heads(panel).first().focus();
  await page.keyboard.press('Enter');
  await expect(heads(panel).first()).toHaveAttribute('aria-expanded', 'false');
  await expect(rows(panel)).toHaveCount(8);
  await page.keyboard.press('ArrowRight');
  await expect(rows(panel)).toHaveCount(12);

  await group.selectOption('status');
  await expect(heads(panel)).toHaveText([/finished.*12 runs/]);
  await expect(panel.getByRole('combobox', { name: 'Order' })).toHaveValue(
    '-started_at'
  );
  expect(await problems(page)).toEqual([]);
});

test('a run that comes is put into its group', async ({ page, tmpPath }) => {
  const panel = await logRuns(page, `${tmpPath}/live.ipynb`, 3);
  await expect(rows(panel)).toHaveCount(3);
  await panel
    .getByRole('combobox', { name: 'Group by' })
    .selectOption('tag:team');
  await expect(heads(panel)).toHaveCount(3);
  await page.notebook.setCell(1, 'code', logging(4, 'again'));
  await runCell(page, 1);
  await expect(rows(panel)).toHaveCount(7);
  await expect(heads(panel)).toHaveText([
    /blue.*2 runs/,
    /green.*2 runs/,
    /red.*3 runs/
  ]);
});

test('columns are chosen, moved by keyboard, sorted by, and kept for the notebook', async ({
  page,
  tmpPath
}) => {
  const panel = await logRuns(page, `${tmpPath}/columns.ipynb`, 4);
  await expect(rows(panel)).toHaveCount(4);
  await panel.getByRole('button', { name: 'Columns' }).click();
  const chooser = panel.getByRole('dialog', { name: 'Columns' });
  await expect(chooser.getByRole('textbox')).toBeFocused();
  await chooser
    .getByRole('button', { name: 'Add the 2 params that vary' })
    .click();
  await chooser.getByRole('textbox').fill('los');
  await chooser.getByRole('checkbox', { name: 'loss' }).click();
  await chooser.getByRole('textbox').fill('');
  const chosen = chooser.locator('.jp-mod-chosen label bdi');
  await expect(chosen).toHaveText(['lr', 'seed', 'loss']);
  await picture(page, panel, 'list-columns');
  await chooser.getByRole('checkbox', { name: 'seed' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(chosen).toHaveText(['seed', 'lr', 'loss']);
  expect(await problems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(chooser).toBeHidden();
  const first = rows(panel).first();
  await expect(first.locator('.jp-trackbook-chip')).toHaveText([
    'seed 3',
    'lr 0.01'
  ]);
  await expect(first).toContainText('loss 0.2500');
  const order = panel.getByRole('combobox', { name: 'Order' });
  const isSaved = page.waitForRequest(request =>
    (request.postData() ?? '').includes('"sort":"param:seed"')
  );
  await order.selectOption('param:seed');
  await expect(rows(panel).first()).toContainText('try 0');
  await expect(heads(panel)).toHaveCount(0);

  await isSaved;
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.waitForSelector('#trackbook-panel', { state: 'attached' });
  await page.notebook.activate('columns.ipynb');
  const after = await openPanel(page);
  await expect(
    after.getByRole('button', { name: 'Columns (3)' })
  ).toBeVisible();
  await expect(after.getByRole('combobox', { name: 'Order' })).toHaveValue(
    'param:seed'
  );
});

test('folders are walked like those of the file browser, and followed when renamed', async ({
  page,
  tmpPath
}) => {
  await page.contents.createDirectory(`${tmpPath}/proj`);
  await page.contents.createDirectory(`${tmpPath}/proj/tuning`);
  await logRuns(page, `${tmpPath}/proj/tuning/deep.ipynb`, 2, 'deep');
  const panel = await logRuns(page, `${tmpPath}/proj/base.ipynb`, 3, 'base');
  await panel.getByRole('radio', { name: 'Folder' }).check();
  await expect(rows(panel)).toHaveCount(5);
  const folder = panel.locator('.jp-mod-folder');
  await expect(folder).toHaveText(/tuning.*2 runs/);
  await expect(panel.locator('.jp-mod-experiment')).toHaveText(/base.*3 runs/);
  await picture(page, panel, 'list-folder');
  expect(await problems(page)).toEqual([]);
  await folder.click();
  await expect(rows(panel)).toHaveCount(2);
  const crumbs = panel.getByRole('navigation', { name: 'Folder' });
  await expect(crumbs.locator('[aria-current="true"]')).toHaveText('tuning');
  await crumbs.getByRole('button', { name: 'proj', exact: true }).click();
  await expect(rows(panel)).toHaveCount(5);

  await page.contents.renameDirectory(
    `${tmpPath}/proj/tuning`,
    `${tmpPath}/proj/tuned`
  );
  await expect(folder).toHaveText(/tuned.*2 runs/);
});

test('many runs are starred, tagged and moved to the trash at once, and that is undone', async ({
  page,
  tmpPath
}) => {
  const panel = await logRuns(page, `${tmpPath}/many.ipynb`, 110);
  await expect(heads(panel)).toHaveText([/Today.*110 runs/]);
  // Read anew, the list has its first page only.
  const group = panel.getByRole('combobox', { name: 'Group by' });
  await group.selectOption('none');
  await expect(heads(panel)).toHaveCount(0);
  await rows(panel).first().focus();
  await page.keyboard.press('Control+a');
  await expect(panel).toContainText('100 selected');
  await panel
    .getByRole('button', { name: 'Select all 110 runs of the list' })
    .click();
  await expect(panel).toContainText('110 selected');
  await expect(panel.getByRole('button', { name: 'Compare' })).toBeEnabled();

  await panel.getByRole('button', { name: 'Tag the selected runs' }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Tag' });
  await dialog.getByRole('textbox').fill('batch=first');
  await dialog.getByRole('button', { name: 'Tag', exact: true }).click();
  await expect(panel).toContainText('Tags of 110 runs changed');
  await picture(page, panel, 'list-many');
  expect(await problems(page)).toEqual([]);

  await panel
    .getByRole('button', { name: 'Move the selected runs to the trash' })
    .click();
  await expect(panel).toContainText('110 runs moved to the trash');
  await expect(rows(panel)).toHaveCount(0);
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(panel).first()).toContainText('try 109');
  await group.selectOption('tag:batch');
  await expect(heads(panel)).toHaveText([/batch first.*110 runs/]);
});

test('an edit of very many runs goes on in sight of whoever leaves the panel', async ({
  page,
  tmpPath
}) => {
  const panel = await logRuns(page, `${tmpPath}/very-many.ipynb`, 600);
  await expect(heads(panel)).toHaveText([/Today.*600 runs/]);
  await panel.getByRole('combobox', { name: 'Group by' }).selectOption('none');
  await expect(heads(panel)).toHaveCount(0);
  await rows(panel).first().focus();
  await page.keyboard.press('Control+a');
  await panel.getByRole('button', { name: /^Select all 600/ }).click();
  await expect(panel).toContainText('600 selected');
  await page.route(/\/trackbook\/api\/runs\/edits/, async route => {
    await new Promise(resolve => setTimeout(resolve, 2000));
    await route.continue();
  });
  await panel.getByRole('button', { name: 'Star the selected runs' }).click();
  const toast = page.locator('.Toastify__toast').filter({ hasText: /runs/ });
  // While it is looked at, the panel says so itself.
  await expect(panel).toContainText('250 of 600 runs');
  await expect(toast).toHaveCount(0);
  await page.sidebar.openTab('filebrowser');
  await expect(toast).toContainText('Changing many runs…');
  await expect(toast.getByRole('button', { name: 'Stop' })).toBeVisible();
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/bulk-light.png' });
  }
  await toast
    .filter({ hasText: '600 runs starred' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await page.sidebar.openTab('trackbook-panel');
  await expect(
    panel.getByRole('button', { name: /^star/i, pressed: true })
  ).toHaveCount(0);
});
