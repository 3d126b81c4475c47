/**
 * Charts of several runs: panels, live points under a zoom, smoothing, one pointer in all
 * of them, files, and what is kept.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { readFile } from 'node:fs/promises';

import { problems } from './axe';
import {
  chart,
  domainOf,
  dragAcross,
  goToLine,
  lastShown,
  panelOf,
  plotOf
} from './charting';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell, startCell } from './story';

/** Two runs of a long and a short series, and one whose points come one by one. */
const CELLS = [
  [
    '%load_ext trackbook',
    'import math, time, trackbook',
    'for name, rate in (("fast", 0.02), ("slow", 0.005)):',
    '    with trackbook.start_run(name):',
    '        trackbook.log_param("rate", rate)',
    '        for step in range(6000):',
    '            wobble = 0.1 * math.sin(step / 3)',
    '            loss = math.exp(-rate * step / 20) + wobble + 0.2',
    '            trackbook.log_metric("loss", loss, step=step)',
    '        for step in range(40):',
    '            trackbook.log_metric("val/acc", 1 - math.exp(-rate * step * 9), step=step)',
    '            trackbook.log_metric("margin", step - 20, step=step)'
  ],
  [
    'with trackbook.start_run("live"):',
    '    for step in range(300):',
    '        trackbook.log_metric("loss", 1 / (1 + step), step=step)',
    '        time.sleep(0.05)'
  ]
].map(lines => lines.join('\n'));

const LIVE = 1;

async function recordTwo(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, CELLS);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await expect(rows(panel)).toHaveCount(2);
  return panel;
}

test('a chart says that it is sampled, and shows every point of what is zoomed to', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/zoom.ipynb`);
  const view = await chart(page, panel);
  const plot = plotOf(view, 'loss');
  await expect(plot).toHaveAttribute('data-lines', '2');
  const note = panelOf(view, 'loss').getByRole('note');
  await expect(note).toContainText(/Sampled: [\d,]+ of 12,000 points/);
  expect(await domainOf(plot)).toEqual([0, 5999]);

  await dragAcross(page, plot, 0.4, 0.5);
  await expect(note).toHaveCount(0);
  const [from = 0, to = 0] = await domainOf(plot);
  expect(to - from).toBeLessThan(900);
  expect(from).toBeGreaterThan(1500);

  // The keyboard does the same, and Escape shows everything again.
  await plot.focus();
  await page.keyboard.press('+');
  await expect
    .poll(async () => {
      const [low = 0, high = 0] = await domainOf(plot);
      return high - low;
    })
    .toBeLessThan((to - from) * 0.6);
  await page.keyboard.press('Shift+ArrowRight');
  await expect
    .poll(async () => (await domainOf(plot))[0])
    .toBeGreaterThan(from);
  await page.keyboard.press('Escape');
  await expect.poll(() => domainOf(plot)).toEqual([0, 5999]);
  await dragAcross(page, plot, 0.2, 0.3);
  await panelOf(view, 'loss')
    .getByRole('button', { name: 'Reset zoom' })
    .click();
  await expect.poll(() => domainOf(plot)).toEqual([0, 5999]);
});

test('points that come while one looks closely leave the zoom alone', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/live.ipynb`);
  await startCell(page, LIVE);
  await expect(rows(panel)).toHaveCount(3);
  const view = await chart(page, panel);
  const plot = plotOf(view, 'loss');
  await expect(plot).toHaveAttribute('data-lines', '3');
  await dragAcross(page, plot, 0.1, 0.3);
  const zoomed = await domainOf(plot);
  expect(zoomed[1]).toBeLessThan(3000);
  const said = (): Promise<string | null> => plot.getAttribute('aria-label');
  const before = await said();
  // What the chart says in words follows the live run, the picture stays where it is.
  await page.keyboard.press('Home');
  await expect(plot).toHaveAttribute('data-domain', zoomed.join(' '));
  await expect.poll(said, { timeout: 20_000 }).not.toBe(before);
  await expect(plot).toHaveAttribute('data-domain', zoomed.join(' '));
  await plot.dblclick();
  await dragAcross(page, plot, 0.0, 0.2);
  const again = await domainOf(plot);
  // New points lie in the part that is looked at, and are drawn there.
  await goToLine(page, plot, 'live');
  const first = await lastShown(page, plot);
  await expect
    .poll(() => lastShown(page, plot), { timeout: 20_000 })
    .toBeGreaterThan(first);
  expect(await domainOf(plot)).toEqual(again);
  // The run goes on until its end; its last point is among those in the words.
  await expect(panel.getByRole('img', { name: /running/i })).toHaveCount(0, {
    timeout: 60_000
  });
  expect(await domainOf(plot)).toEqual(again);
});

test('smoothing keeps the raw line, and the pointer is in all panels at once', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/hover.ipynb`);
  const view = await chart(page, panel);
  const accuracy = plotOf(view, 'val/acc');
  await expect(accuracy).toHaveAttribute('data-lines', '2');
  const card = panelOf(view, 'loss');
  await card.getByRole('slider', { name: /smoothing/ }).fill('0.6');
  await expect(card.getByRole('note')).toContainText('Smoothed');
  await card.getByRole('button', { name: 'More' }).click();
  await expect(card).toContainText(/half-life .* steps/);

  await accuracy.scrollIntoViewIfNeeded();
  const box = (await accuracy.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const tooltip = view.locator('.jp-trackbook-tooltip');
  await expect(tooltip).toHaveCount(1);
  await expect(tooltip).toContainText(/step (19|20|21)/);
  await expect(tooltip).toContainText('fast');
  await expect(tooltip).toContainText('slow');
  // A run pointed at in the legend is brought out; switched off, it is gone everywhere.
  await view.getByRole('button', { name: 'fast' }).click();
  await expect(accuracy).toHaveAttribute('data-lines', '1');
  await expect(plotOf(view, 'loss')).toHaveAttribute('data-lines', '1');
  await view.getByRole('button', { name: 'fast' }).click();

  // Values that a logarithmic axis has no place for are told.
  const margin = panelOf(view, 'margin');
  await margin.getByRole('button', { name: 'log', exact: true }).click();
  await expect(margin.getByRole('note')).toContainText(
    '42 points at or below zero have no place on a logarithmic axis'
  );
});

test('a chart is saved as PNG, SVG, and as CSV with every point', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/files.ipynb`);
  const view = await chart(page, panel);
  const card = panelOf(view, 'loss');
  await expect(plotOf(view, 'loss')).toHaveAttribute('data-lines', '2');
  await card.getByRole('button', { name: 'More' }).click();
  const saved = async (kind: string): Promise<Buffer> => {
    const waiting = page.waitForEvent('download');
    await card.getByRole('button', { name: kind, exact: true }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toContain(kind.toLowerCase());
    return readFile(await download.path());
  };
  const png = await saved('PNG');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const svg = (await saved('SVG')).toString();
  expect(svg).toContain('<svg');
  expect(svg).toContain('>fast<');
  const csv = (await saved('CSV')).toString().trim().split('\n');
  expect(csv[0]).toBe('run_id,run,metric,step,time,value');
  expect(csv.length).toBe(1 + 12_000);
});

test('panels are added, moved and removed, and are there after a reload', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/panels.ipynb`);
  const view = await chart(page, panel);
  const names = (): Promise<string[]> =>
    view
      .getByRole('article')
      .evaluateAll(all => all.map(one => one.getAttribute('aria-label') ?? ''));
  await expect.poll(names).toHaveLength(3);
  const first = await names();
  await view.getByRole('button', { name: `Remove ${first[2]}` }).click();
  await expect.poll(names).toEqual(first.slice(0, 2));
  const mover = view.getByRole('button', {
    name: `Move ${first[0]}`,
    exact: true
  });
  await mover.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(names).toEqual([first[1], first[0]]);
  await view.getByRole('button', { name: 'Add a panel' }).click();
  await view.getByRole('combobox', { name: 'Find a metric' }).fill(first[2]!);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(names).toEqual([first[1], first[0], first[2]]);
  await view.getByRole('button', { name: 'Save view as…' }).click();
  await page.getByRole('textbox', { name: 'The view’s name' }).fill('mine');
  await page.keyboard.press('Enter');
  await expect(view.getByRole('combobox', { name: 'View' })).toHaveValue(
    'mine'
  );
  await view.getByRole('button', { name: `Enlarge ${first[0]}` }).click();
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    await expect(plotOf(view, 'loss')).toHaveAttribute('data-lines', '2');
    expect.soft(await problems(page), theme).toEqual([]);
    await page.screenshot({
      path: test.info().outputPath(`${theme.replace(' ', '-')}.png`)
    });
  }

  // JupyterLab writes its state a moment later.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const { workspaces } = window.jupyterapp.serviceManager;
        return JSON.stringify(await workspaces.list());
      })
    )
    .toMatch(/"isWide":true/);
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await expect(view.getByRole('combobox', { name: 'View' })).toHaveValue(
    'mine'
  );
  await expect.poll(names).toEqual([first[1], first[0], first[2]]);
  await expect(
    view.getByRole('button', { name: `Enlarge ${first[0]}` })
  ).toHaveAttribute('aria-pressed', 'true');
});
