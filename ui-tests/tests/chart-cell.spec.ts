/**
 * A chart becomes a cell of the notebook, which nobody runs but its owner.
 */
import { problems } from './axe';
import { chart, panelOf } from './charting';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

const CELLS = [
  [
    '%load_ext trackbook',
    'import trackbook',
    'for name, rate in (("fast", 0.5), ("slow", 0.9)):',
    '    with trackbook.start_run(name):',
    '        for step in range(60):',
    '            trackbook.log_metric("loss", rate ** step + 0.1 * (step % 2), step=step)'
  ].join('\n'),
  '# the last cell'
];

test('a chart is inserted as a cell below the active one, and run by hand', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/cell.ipynb`, CELLS);
  const list = await openPanel(page);
  await runCell(page, 0);
  await expect(rows(list)).toHaveCount(2);
  await page.notebook.selectCells(0);
  const view = await chart(page, list);
  const panel = panelOf(view, 'loss');
  await panel.getByRole('button', { name: 'log', exact: true }).click();
  await panel.getByRole('slider', { name: /smoothing/i }).fill('0.9');
  await panel.getByRole('button', { name: 'More' }).click();
  const insert = panel.getByRole('button', { name: 'Insert as a cell' });
  await expect(insert).toBeEnabled();
  const folder = process.env['TRACKBOOK_PICTURES'];
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/chart-cell-panel.png` });
  }
  expect(await problems(page)).toEqual([]);
  await insert.click();

  const cells = page.locator('.jp-NotebookPanel:visible .jp-CodeCell');
  await expect(cells).toHaveCount(3);
  const cell = cells.nth(1);
  await expect(cell).toHaveClass(/jp-mod-active/);
  await expect(cell.locator('.cm-content')).toContainText('trackbook.chart(');
  const source = await cell.locator('.cm-content').innerText();
  expect(source).toMatch(/"loss",[^]*# fast[^]*# slow|# slow[^]*# fast/);
  expect(source).toContain('log_y=True,');
  expect(source).toContain('smoothing=0.9,');
  // Nothing is run for it.
  await expect(cell.locator('.jp-InputPrompt')).toHaveText('[ ]:');
  await expect(cell.locator('.jp-OutputArea-output')).toHaveCount(0);

  await test.step('one step takes it out, and one puts it back', async () => {
    await page.keyboard.press('z');
    await expect(cells).toHaveCount(2);
    await page.keyboard.press('Shift+Z');
    await expect(cells).toHaveCount(3);
  });

  await test.step('run by hand, it draws the same lines', async () => {
    await runCell(page, 1);
    const text = await page.notebook.getCellTextOutput(1);
    const plot = cell.locator('.jp-OutputArea-output').first();
    await expect(plot).toBeVisible();
    expect(text?.join('') ?? '').not.toMatch(/Error|not installed/);
    if (folder !== undefined) {
      await cell.scrollIntoViewIfNeeded();
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `${folder}/chart-cell-light.png` });
      await page.theme.setDarkTheme();
      await page.screenshot({ path: `${folder}/chart-cell-dark.png` });
    }
  });

  await test.step('without a notebook it says why it can’t', async () => {
    await page.notebook.close(true);
    await page.getByRole('tab', { name: 'Charts of 2 runs' }).click();
    await expect(insert).toBeDisabled();
    await expect(panel.getByText('(no notebook is open)')).toBeVisible();
  });
});
