/**
 * What became of a cell, beside it; and what became of the notebook along time.
 */
import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  PLAIN_PARAMS,
  PLAIN_TRAINING,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  waitForIdle
} from './story';

test('a cell shows its versions, and any of them is taken back with one step of undo', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/history.ipynb`;
  await openNotebook(page, path, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.9');
  await attempt(page, '0.3');
  await expect(rows(panel)).toHaveCount(3);

  // Off until it is asked for, here with the keyboard.
  await expect(page.locator('#trackbook-cell-history')).toHaveCount(0);
  await page.notebook.selectCells(PLAIN_PARAMS);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('h');
  const history = page.getByRole('region', { name: 'Cell history' });
  const versions = history.getByRole('list').getByRole('listitem');
  await expect(versions).toHaveCount(3);
  await expect(versions.nth(0)).toContainText('rate = 0.3');
  await expect(versions.nth(0)).toContainText('as it is now');

  // It follows the cell that is active; what that gave stands with it.
  await page.notebook.selectCells(PLAIN_TRAINING);
  await expect(versions).toHaveCount(1);
  await expect(versions).toContainText('ran 3 times');
  await expect(versions).toContainText('model.score');
  await expect(versions).toContainText('0.21');
  await page.notebook.selectCells(PLAIN_PARAMS);
  await expect(versions).toHaveCount(3);

  // An edit that never ran, and is not saved: what is there now, and nowhere else.
  await page.notebook.setCell(PLAIN_PARAMS, 'code', 'rate = 0.5  # not run');
  await expect(history).toContainText('As it stands now');
  await versions.nth(1).getByRole('button', { expanded: false }).click();
  await expect(versions.nth(1).locator('.jp-trackbook-diff')).toContainText(
    'not run'
  );
  expect(await problems(page)).toEqual([]);
  await versions
    .nth(1)
    .getByRole('button', { name: /^take v2 back/i })
    .click();
  const editor = page
    .locator('.jp-NotebookPanel:visible .jp-Notebook-cell')
    .nth(PLAIN_PARAMS)
    .locator('.cm-content');
  await expect(editor).toHaveText('rate = 0.9');
  await expect(history.getByRole('status')).toContainText('v2 is in the cell');
  await expect(editor).toBeFocused();
  await page.keyboard.press('Control+Z');
  await expect(editor).toHaveText('rate = 0.5  # not run');

  // The timeline: the runs, and the document that was kept before the cell was changed.
  await panel.getByRole('button', { name: 'Timeline' }).click();
  const timeline = page.locator('.jp-trackbook-timeline:visible');
  const entries = timeline.getByRole('list').getByRole('listitem');
  await expect(entries).toHaveCount(4);
  await expect(entries.nth(0)).toContainText('kept by hand');
  await expect(entries.nth(2)).toContainText('rate 0.9');
  await expect(timeline.getByRole('img')).toHaveAccessibleName(
    /model\.score of 3 runs, best 0\.63/
  );
  expect(await problems(page)).toEqual([]);
  await entries.nth(0).getByRole('checkbox').check();
  await entries.nth(2).getByRole('checkbox').check();
  await timeline.getByRole('button', { name: 'Compare the notebooks' }).click();
  await expect(
    page
      .locator('.jp-trackbook-page:visible')
      .getByRole('heading', { level: 1 })
  ).toHaveText(/r\d+ → r\d+/);

  // From a number to the cell that made it, which reads otherwise by now.
  await rows(panel).nth(1).locator('.jp-trackbook-name').click();
  await page
    .locator('.jp-trackbook-page:visible')
    .getByRole('button', { name: /show in the notebook: rate = 0\.9/i })
    .first()
    .click();
  await expect(page.getByText('This cell was edited since')).toBeVisible();
  await expect(editor).toBeVisible();
  await page
    .getByRole('button', { name: 'Look at the notebook as it' })
    .click();
  await expect(
    page.locator('.jp-trackbook-view:visible').getByText('rate = 0.9').first()
  ).toBeVisible();
});
