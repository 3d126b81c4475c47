/**
 * Line charts over another metric, and of groups of runs.
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

/** Three runs of two learning rates; the accuracy is logged at every tenth step. */
const CELLS = [
  [
    '%load_ext trackbook',
    'import math, time, trackbook',
    'for name, rate, seed in (("a", 0.01, 1), ("b", 0.01, 2), ("c", 0.1, 3)):',
    '    with trackbook.start_run(name):',
    '        trackbook.log_params({"rate": rate, "seed": seed})',
    '        trackbook.set_tag("team", "red" if seed < 3 else "blue")',
    '        for step in range(120 + 20 * seed):',
    '            loss = math.exp(-rate * step) + 0.05 * math.sin(step * seed)',
    '            trackbook.log_metric("loss", loss, step=step)',
    '            if step % 10 == 0:',
    '                trackbook.log_metric("acc", 1 - loss * 0.8, step=step)'
  ],
  [
    'with trackbook.start_run("live"):',
    '    trackbook.log_params({"rate": 0.1, "seed": 4})',
    '    for step in range(0, 400):',
    '        trackbook.log_metric("loss", 0.5 / (1 + step), step=step)',
    '        trackbook.log_metric("acc", step / 400, step=step)',
    '        time.sleep(0.05)'
  ]
].map(lines => lines.join('\n'));

const LIVE = 1;

async function record(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, CELLS);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await expect(rows(panel)).toHaveCount(3);
  return panel;
}

/** Looks at both themes: axe finds nothing in either, and both are kept as pictures. */
async function lookAt(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    expect.soft(await problems(page), theme).toEqual([]);
    await page.screenshot({
      path: test.info().outputPath(`${name}-${theme.replace(' ', '-')}.png`)
    });
  }
}

test('another metric is the x axis: chosen by name, live, zoomed, saved', async ({
  page,
  tmpPath
}) => {
  const panel = await record(page, `${tmpPath}/x.ipynb`);
  await startCell(page, LIVE);
  await expect(rows(panel)).toHaveCount(4);
  const view = await chart(page, panel);
  const card = panelOf(view, 'loss');
  const plot = plotOf(view, 'loss');
  await expect(plot).toHaveAttribute('data-lines', '4');
  await card
    .getByRole('combobox', { name: 'X axis' })
    .selectOption('another metric…');
  const find = card.getByRole('combobox', { name: 'Find a metric' });
  await find.fill('ac');
  await lookAt(page, 'chooser');
  await find.press('Enter');
  await expect(card.getByRole('combobox', { name: 'X axis' })).toBeFocused();
  await expect(plot).toHaveAttribute('aria-label', /Chart of loss over acc/);
  // 140, 160 and 180 losses, of which every tenth has an accuracy.
  await expect(card.getByRole('note')).toContainText(
    '432 points are left out: their steps have no acc.'
  );
  // What is live goes on where it is looked at.
  await dragAcross(page, plot, 0.2, 0.95);
  const zoomed = await domainOf(plot);
  await goToLine(page, plot, 'live');
  const first = await lastShown(page, plot);
  await expect
    .poll(() => lastShown(page, plot), { timeout: 20_000 })
    .toBeGreaterThan(first);
  expect(await domainOf(plot)).toEqual(zoomed);
  await page.keyboard.press('Escape');
  await plot.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(plot.locator('[aria-live]')).toContainText(/^(a|b|c|live), /);
  await expect(view.locator('.jp-trackbook-tooltip')).toContainText(
    /acc .*step/
  );
  await lookAt(page, 'metric-x');

  await card.getByRole('button', { name: 'More' }).click();
  const waiting = page.waitForEvent('download');
  await card.getByRole('button', { name: 'CSV', exact: true }).click();
  const csv = (await readFile(await (await waiting).path())).toString();
  expect(csv.split('\n')[0]).toBe(
    'run_id,run,metric,step,time,value,x_metric,x'
  );
});

test('runs in groups: mean and band, how many they are, kept with the panel', async ({
  page,
  tmpPath
}) => {
  const panel = await record(page, `${tmpPath}/groups.ipynb`);
  await startCell(page, LIVE);
  await expect(rows(panel)).toHaveCount(4);
  const view = await chart(page, panel);
  const card = panelOf(view, 'loss');
  const plot = plotOf(view, 'loss');
  await expect(plot).toHaveAttribute('data-lines', '4');
  await card.getByRole('button', { name: 'More' }).click();
  const by = card.getByRole('combobox', { name: 'Group by' });
  await by.selectOption({ label: 'rate' });
  await expect(plot).toHaveAttribute('data-lines', '2');
  const legend = card.getByRole('list', { name: 'Groups in the chart' });
  await expect(legend.getByRole('button')).toHaveText([
    /^rate = 0\.01 · 2 runs/,
    /^rate = 0\.1 · 2 runs/
  ]);
  await expect(card.getByRole('note')).toContainText(
    'its band is from the least to the greatest of them'
  );

  // The live run comes on, and its group is of two runs as far as it has come.
  await goToLine(page, plot, 'rate = 0.1');
  await page.keyboard.press('Home');
  await expect(plot.locator('[aria-live]')).toContainText('2 of 2 runs');
  await expect
    .poll(() => plot.getAttribute('aria-label'), { timeout: 30_000 })
    .toContain('Chart of loss in groups by rate');
  await expect(view.locator('.jp-trackbook-tooltip')).toContainText(
    '2 of 2 runs'
  );
  await dragAcross(page, plot, 0.3, 0.7);
  const zoomed = await domainOf(plot);
  await card.getByRole('combobox', { name: 'Band' }).selectOption('sem');
  await card.getByRole('combobox', { name: 'Line' }).selectOption('median');
  await card.getByRole('slider', { name: /smoothing/ }).fill('0.5');
  await expect(card.getByRole('note')).toContainText('one standard error');
  expect(await domainOf(plot)).toEqual(zoomed);
  await card.getByRole('button', { name: 'Reset zoom' }).click();
  await card.getByRole('slider', { name: /smoothing/ }).fill('0');
  await plot.hover({ position: { x: 200, y: 120 } });
  await lookAt(page, 'groups');
  await page.mouse.move(0, 0);

  // A run that is switched off is in no group; a group is switched off by its name.
  await view
    .getByRole('list', { name: 'Runs in the chart' })
    .getByRole('button', { name: 'b', exact: true })
    .click();
  const small = legend.getByRole('button', { name: /^rate = 0\.01/ });
  await expect(small).toHaveText(/1 of 2 runs, no band/);
  await small.click();
  await expect(plot).toHaveAttribute('data-lines', '1');
  await small.click();

  const saved = async (name: string): Promise<string> => {
    const waiting = page.waitForEvent('download');
    await card.getByRole('button', { name, exact: true }).click();
    return (await readFile(await (await waiting).path())).toString();
  };
  expect(await saved('SVG')).toContain('>rate = 0.1 · 2 runs<');
  const csv = await saved('CSV of the groups');
  expect(csv).toContain('rate = 0.1 median,rate = 0.1 from,rate = 0.1 to');
  await card.getByRole('button', { name: 'Show as table' }).click();
  await expect(card.getByRole('table')).toContainText('rate = 0.1 median');
  await lookAt(page, 'groups-table');
  await card.getByRole('button', { name: 'Show as table' }).click();

  // Settings are kept with the panel.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const { workspaces } = window.jupyterapp.serviceManager;
        return JSON.stringify(await workspaces.list());
      })
    )
    .toMatch(
      /"asTable":false,"groups":{"by":"param:rate","middle":"median","spread":"sem"/
    );
  // Galata's own wait expects the launcher, which need not be there.
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await expect(plot).toHaveAttribute('data-lines', '2');
  await expect(legend.getByRole('button')).toHaveCount(2);
});
