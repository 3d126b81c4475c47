/**
 * Does the notebook explain it? The badge of a run, its reasons with a way to their cells,
 * and the notebook as it was executed beside the one that was saved.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect, test } from './fixtures';
import {
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from './story';

const CELLS = [
  [
    'class Scaler:',
    '    def transform(self, xs):',
    '        return [x / 10 for x in xs]'
  ].join('\n'),
  'scaler = Scaler()',
  'rate = 0.5',
  'Xs = scaler.transform([3, 6])',
  'acc = round(rate * sum(Xs), 4)'
];

test('a run says whether its notebook explains it, and leads to the cell that does not', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/scaled.ipynb`, CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);

  const first = await openRun(page, panel, 0);
  await expect(badgeOf(first)).toHaveText('green');
  await expect(first).toContainText('5 of 5 cells up to the result');

  // Another rate, run as one does; then the scaler's cell goes, and its name stays.
  await page.notebook.activate('scaled.ipynb');
  await page.notebook.setCell(2, 'code', 'rate = 0.25');
  await runCell(page, 2);
  await runCell(page, 4);
  await expect(rows(panel)).toHaveCount(2);
  const second = await openRun(page, panel, 0);
  await expect(badgeOf(second)).toHaveText('green');

  await page.notebook.activate('scaled.ipynb');
  await page.notebook.selectCells(1);
  await page.menu.clickMenuItem('Edit>Delete Cell');
  await page.notebook.setCell(1, 'code', 'rate = 0.125');
  await runCell(page, 1);
  await runCell(page, 2);
  await runCell(page, 3);
  await expect(rows(panel)).toHaveCount(3);
  const third = await openRun(page, panel, 0);
  await expect(badgeOf(third)).toHaveText('red');
  const reason = third.getByRole('listitem').first();
  await expect(reason).toContainText(
    'Xs = scaler.transform([3, 6]) reads scaler, last written by a cell that is no longer there: scaler = Scaler()'
  );

  await reason.getByRole('button', { name: /cell 3 of 4/ }).click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Cell.jp-mod-active')
  ).toContainText('scaler.transform');

  // As executed: what the deleted cell said is there, in its place.
  await openRun(page, panel, 0);
  const notebook = pageOf(page).getByRole('region', {
    name: 'Notebook',
    exact: true
  });
  await expect(notebook).toContainText(/As saved r\d/);
  await notebook.getByRole('button', { name: /^As executed/ }).click();
  await expect(notebook.getByRole('group', { name: 'Cell 2' })).toHaveText(
    'scaler = Scaler()'
  );
  await notebook
    .getByRole('button', { name: 'Compare as saved with as executed' })
    .click();
  await expect(pageOf(page)).toContainText('scaler = Scaler()');

  // Side by side: which revision each run is of, and what that is worth.
  await rows(panel).nth(0).getByRole('checkbox').check();
  await rows(panel).nth(2).getByRole('checkbox').check();
  await panel.getByRole('button', { name: 'Compare' }).click();
  const row = pageOf(page).getByRole('row', { name: /^notebook/ });
  await expect(row.getByText('red')).toBeVisible();
  await expect(row.getByText('green')).toBeVisible();
});

function pageOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-trackbook-page:visible');
}

/** Open a run's page and return the card that answers the question. */
async function openRun(
  page: IJupyterLabPageFixture,
  panel: Locator,
  index: number
): Promise<Locator> {
  await rows(panel).nth(index).locator('.jp-trackbook-name').click();
  const card = pageOf(page).getByRole('region', {
    name: 'Does the notebook explain it?'
  });
  await expect(card).toBeVisible();
  return card;
}

function badgeOf(card: Locator): Locator {
  return card.locator('.jp-trackbook-verdict');
}
