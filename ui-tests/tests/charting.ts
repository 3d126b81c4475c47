/**
 * What stories about charts have in common.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect } from './fixtures';
import { rows } from './story';

/** Opens the page of charts of all runs in the list. */
export async function chart(
  page: IJupyterLabPageFixture,
  panel: Locator
): Promise<Locator> {
  for (const row of await rows(panel).all()) {
    await row.getByRole('checkbox').check({ force: true });
  }
  await panel.getByRole('button', { name: 'Chart' }).click();
  const view = page.locator('.jp-trackbook-page:visible');
  await expect(view.getByRole('heading', { level: 1 })).toBeVisible();
  return view;
}

/** The panel of a metric. */
export function panelOf(view: Locator, metric: string): Locator {
  return view.getByRole('article', { name: metric, exact: true });
}

export function plotOf(view: Locator, metric: string): Locator {
  return panelOf(view, metric).locator('.jp-trackbook-plot');
}

export async function domainOf(plot: Locator): Promise<number[]> {
  const text = await plot.getAttribute('data-domain');
  return (text ?? '').split(' ').map(Number);
}

/** Drag from one share of the plot's width to another. */
export async function dragAcross(
  page: IJupyterLabPageFixture,
  plot: Locator,
  from: number,
  to: number
): Promise<void> {
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
  await page.mouse.up();
}

/** Goes by keyboard to the line of a name. */
export async function goToLine(
  page: IJupyterLabPageFixture,
  plot: Locator,
  name: string
): Promise<void> {
  await plot.focus();
  await page.keyboard.press('Home');
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(plot.locator('[aria-live]')).toContainText(`${name}, `, {
      timeout: 500
    });
  }).toPass();
}

/** The x of the last point of that line in the part that is shown. */
export async function lastShown(
  page: IJupyterLabPageFixture,
  plot: Locator
): Promise<number> {
  await page.keyboard.press('End');
  const said = await plot.locator('[aria-live]').textContent();
  return Number(/, ([^,]+): [^,]*$/.exec(said ?? '')?.[1]);
}
