/**
 * Panels in which a run is one bar, one point or one line: what params do to a result,
 * and the runs that a brush finds.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { readFile } from 'node:fs/promises';

import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

/** Twelve runs: four rates, three optimizers, and one without a depth. */
const CELL = [
  '%load_ext trackbook',
  'import trackbook',
  'for i in range(12):',
  '    with trackbook.start_run(f"attempt {i + 1}"):',
  '        lr = 10.0 ** -(i % 4 + 1)',
  '        trackbook.log_param("lr", lr)',
  '        trackbook.log_param("optimizer", ("adam", "sgd", "rmsprop")[i % 3])',
  '        if i != 5:',
  '            trackbook.log_param("depth", 3 + i % 5)',
  '        for step in range(20):',
  '            trackbook.log_metric("val_acc", 0.6 + 0.05 * (i % 4) + step / 200 + i / 300, step=step)',
  '            trackbook.log_metric("loss", 1 / (step + 1 + i), step=step)'
].join('\n');

async function chartAll(
  page: IJupyterLabPageFixture,
  path: string
): Promise<{ panel: Locator; view: Locator }> {
  await openNotebook(page, path, [CELL]);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await expect(rows(panel)).toHaveCount(12);
  for (const row of await rows(panel).all()) {
    await row.getByRole('checkbox').check({ force: true });
  }
  await panel.getByRole('button', { name: 'Chart' }).click();
  const view = page.locator('.jp-trackbook-page:visible');
  await expect(view.getByRole('heading', { level: 1 })).toBeVisible();
  return { panel, view };
}

/** Adds a panel of a kind, and gives it. */
async function addPanel(
  view: Locator,
  kind: string,
  name: string
): Promise<Locator> {
  await view.getByRole('button', { name: 'Add a panel' }).click();
  await view.getByRole('button', { name: kind, exact: true }).click();
  if (kind === 'Bars') {
    await view.getByRole('combobox', { name: 'Find a metric' }).press('Enter');
    await view.getByRole('button', { name: 'Done' }).click();
  } else {
    await view.getByRole('button', { name: 'Add the panel' }).click();
  }
  return view.getByRole('article', { name, exact: true });
}

async function removePanels(view: Locator): Promise<void> {
  const first = view.getByRole('button', { name: /^Remove / }).first();
  while ((await first.count()) > 0) {
    await first.click();
  }
}

/** Draws from one share of the height of a panel's picture to another, at an axis. */
async function brush(
  page: IJupyterLabPageFixture,
  panel: Locator,
  axis: string,
  from: number,
  to: number
): Promise<void> {
  const head = panel.getByRole('button', { name: `Axis ${axis}` });
  await head.scrollIntoViewIfNeeded();
  const name = (await head.boundingBox())!;
  const plot = (await panel.getByRole('figure').boundingBox())!;
  const x = name.x + name.width / 2;
  await page.mouse.move(x, plot.y + plot.height * from);
  await page.mouse.down();
  await page.mouse.move(x, plot.y + plot.height * to, { steps: 4 });
  await page.mouse.up();
}

async function savedAs(
  page: IJupyterLabPageFixture,
  panel: Locator,
  type: string
): Promise<string> {
  const download = page.waitForEvent('download');
  await panel.getByRole('button', { name: type }).click();
  return readFile(await (await download).path(), 'utf8');
}

test('a result by run and by param, over a param, and across all of them', async ({
  page,
  tmpPath
}) => {
  const { view } = await chartAll(page, `${tmpPath}/kinds.ipynb`);
  await removePanels(view);

  const bars = await addPanel(view, 'Bars', 'val_acc by run');
  const scatter = await addPanel(view, 'Scatter', 'val_acc against lr');
  const lines = await addPanel(
    view,
    'Parallel coordinates',
    'Params that vary'
  );
  const plot = bars.getByRole('figure');
  await expect(plot).toHaveAttribute('data-items', '12');
  await expect(plot).toHaveAttribute('aria-label', /: attempt 12 0\.8817; /);
  await expect(scatter.getByRole('note')).toHaveText(
    /^Trend \(falling, logarithm of lr\): r² 0\.\d\d, Spearman’s ρ −0\.\d\d, n = 12\.$/
  );
  await expect(lines.getByRole('figure')).toHaveAttribute('data-items', '12');

  // Of each the same numbers as a file, and the picture.
  for (const panel of [bars, scatter, lines]) {
    await panel.getByRole('button', { name: 'More' }).click();
    expect(await savedAs(page, panel, 'CSV')).toContain('\nattempt 12,');
    expect(await savedAs(page, panel, 'SVG')).toContain('<svg');
    await panel.getByRole('button', { name: 'More' }).click();
  }
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    await page.mouse.move(5, 5);
    expect.soft(await problems(page), theme).toEqual([]);
    await page.screenshot({
      path: test.info().outputPath(`${theme.replace(' ', '-')}.png`)
    });
  }

  // Grouped, a bar is a mean and says of how many runs.
  await bars.getByRole('combobox', { name: 'Group by' }).selectOption('by lr');
  const grouped = view.getByRole('article', { name: 'val_acc by lr' });
  await expect(grouped.getByRole('figure')).toHaveAttribute(
    'aria-label',
    /lr 0\.0001 0\.8683, n = 3/
  );

  // By keyboard from point to point, and to the run's page.
  await scatter.getByRole('figure').focus();
  await page.keyboard.press('End');
  await expect(scatter.getByRole('figure')).toContainText('lr 0.1');
  await scatter.scrollIntoViewIfNeeded();
  await page.screenshot({ path: test.info().outputPath('pointed.png') });
  const title = page
    .locator('.jp-trackbook-page:visible')
    .getByRole('heading', { level: 1 });
  await page.keyboard.press('Enter');
  await expect(title).toContainText('attempt');

  // By pointer, too: the best bar is the first.
  await page.getByRole('tab', { name: 'Charts of 12 runs' }).click();
  await grouped
    .getByRole('combobox', { name: 'Group by' })
    .selectOption('a bar a run');
  await plot.click({ position: { x: 200, y: 18 } });
  await expect(title).toContainText('attempt 12');
});

test('a brush finds runs in the list, and keeps them on the page', async ({
  page,
  tmpPath
}) => {
  const { panel, view } = await chartAll(page, `${tmpPath}/brush.ipynb`);
  await removePanels(view);
  const lines = await addPanel(
    view,
    'Parallel coordinates',
    'Params that vary'
  );
  await lines.getByRole('button', { name: /^Enlarge/ }).click();
  await expect(lines.getByRole('figure')).toHaveAttribute('data-items', '12');

  await brush(page, lines, 'val_acc', 0.3, 0.02);
  const count = lines.getByRole('status');
  await expect(count).toHaveText(/^[3-6] of 12 runs$/);
  await lines.getByRole('button', { name: 'Axis optimizer' }).click();
  await lines.getByRole('checkbox', { name: 'sgd' }).uncheck();
  await lines
    .getByRole('combobox', { name: 'Colour of the lines' })
    .selectOption('colour by val_acc');
  const left = Number((await count.textContent())?.split(' ')[0]);
  expect(left).toBeGreaterThan(0);
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    await page.mouse.move(5, 5);
    expect.soft(await problems(page), theme).toEqual([]);
    await page.screenshot({
      path: test.info().outputPath(`brushed-${theme.replace(' ', '-')}.png`)
    });
  }

  // An axis is dragged by its name to the place of another.
  const axis = (key: string): Locator =>
    lines.getByRole('button', { name: `Axis ${key}` });
  const names = (): Promise<string[]> =>
    lines.getByRole('button', { name: /^Axis / }).allTextContents();
  const [first = ''] = await names();
  await axis('depth').dragTo(axis('lr'));
  await expect.poll(async () => (await names()).indexOf(first)).toBe(1);
  expect((await names())[0]).toBe('depth');

  await lines.getByRole('button', { name: 'Show these in the list' }).click();
  await expect(
    panel.getByRole('combobox', { name: 'Search runs' })
  ).toHaveValue(
    /^params\.optimizer in \('adam', 'rmsprop'\) and metrics\.val_acc >= [\d.]+ and metrics\.val_acc <= [\d.]+$/
  );
  await expect(rows(panel)).toHaveCount(left);
  await page.screenshot({ path: test.info().outputPath('filtered.png') });

  await lines.getByRole('button', { name: 'Keep only these' }).click();
  await expect(count).toHaveText(`${left} of ${left} runs`);
  await expect(
    view.getByText(`${12 - left} runs are switched off.`)
  ).toBeVisible();
  await view.getByRole('button', { name: 'Switch all on' }).click();
  await expect(count).toHaveText(`${left} of 12 runs`);
});

test('each kind becomes a cell that draws it, when it is run', async ({
  page,
  tmpPath
}) => {
  const { view } = await chartAll(page, `${tmpPath}/inserted.ipynb`);
  await removePanels(view);
  const cells = page.locator('.jp-NotebookPanel .jp-CodeCell');
  const kinds = [
    ['Bars', 'val_acc by run', 'kind="bars"'],
    ['Scatter', 'val_acc against lr', 'kind="scatter"'],
    ['Parallel coordinates', 'Params that vary', 'kind="parallel"']
  ] as const;
  for (const [index, [kind, name, word]] of kinds.entries()) {
    const panel = await addPanel(view, kind, name);
    await panel.getByRole('button', { name: 'More' }).click();
    await panel.getByRole('button', { name: 'Insert as a cell' }).click();
    await expect(cells).toHaveCount(index + 2);
    const cell = cells.nth(index + 1);
    await expect(cell.locator('.cm-content')).toContainText(word);
    await runCell(page, index + 1);
    await expect(
      cell.locator('.js-plotly-plot, .jp-RenderedPlotly, iframe').first()
    ).toBeVisible();
    const said = await page.notebook.getCellTextOutput(index + 1);
    expect(said?.join('') ?? '').not.toMatch(/Error|not installed/);
    await page.getByRole('tab', { name: 'Charts of 12 runs' }).click();
  }
  const folder = process.env['TRACKBOOK_PICTURES'];
  if (folder !== undefined) {
    await page.notebook.activate(`inserted.ipynb`);
    await page.waitForTimeout(1000);
    await page.screenshot({ path: `${folder}/inserted-kinds.png` });
  }
});
