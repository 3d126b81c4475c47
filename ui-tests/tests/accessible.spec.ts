/**
 * What can be done without eyes or without a pointer.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PARAMS_CELL,
  TRAINING_CELL,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from './story';

/** Two runs of one notebook, listed. */
async function recordTwo(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(
    PARAMS_CELL,
    'code',
    'learning_rate = 0.01\nepochs = 5'
  );
  await runCell(page, PARAMS_CELL);
  await runCell(page, TRAINING_CELL);
  await expect(rows(panel)).toHaveCount(2);
  return panel;
}

test('axe finds nothing serious in any view, in light and in dark', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/axe.ipynb`);
  await rows(panel).nth(0).getByRole('checkbox').check();
  await rows(panel).nth(1).getByRole('checkbox').check();
  const heading = (name: RegExp): Locator =>
    page
      .locator('.jp-trackbook-page:visible')
      .getByRole('heading', { name, level: 1 });
  const views: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['panel', async () => page.notebook.activate('axe.ipynb')],
    [
      'run',
      async () => {
        await rows(panel).first().locator('.jp-trackbook-name').click();
        await expect(
          page.getByRole('button', { name: /as copy/i }).first()
        ).toBeVisible();
        // With what the last cell put out.
        const cell = page
          .getByRole('region', { name: /cells as they ran/i })
          .getByRole('listitem')
          .last()
          .getByRole('button', { expanded: false })
          .first();
        if (await cell.isVisible()) {
          await cell.click();
        }
        await expect(
          page.getByRole('group', { name: /^outputs of/i })
        ).toContainText(/0\.\d/);
      }
    ],
    [
      'compare',
      async () => {
        await panel.getByRole('button', { name: 'Compare' }).click();
        await expect(heading(/compare 2 runs/i)).toBeVisible();
      }
    ],
    [
      'chart',
      async () => {
        await panel.getByRole('button', { name: 'Chart' }).click();
        await expect(
          page.locator('.jp-trackbook-plot:visible').first()
        ).toBeVisible();
      }
    ]
  ];
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    for (const [name, show] of views) {
      await show();
      expect.soft(await problems(page), `${name}, ${theme}`).toEqual([]);
    }
  }
});

test('all of the list can be done from the keyboard', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/keys.ipynb`);
  const said = panel.getByRole('log');
  const focused = page.locator(':focus');
  const press = (key: string): Promise<void> => page.keyboard.press(key);

  await rows(panel).first().focus();
  await press('ArrowDown');
  await expect(rows(panel).nth(1)).toBeFocused();
  await press('x');
  await expect(said).toHaveText(/1 run selected/i);
  await press('k');
  await expect(rows(panel).first()).toBeFocused();
  await press('x');
  await expect(said).toHaveText(/2 runs selected/i);

  await press('s');
  await expect(
    rows(panel).first().getByRole('button', { name: /^star/i })
  ).toHaveAttribute('aria-pressed', 'true');
  await expect(said).toHaveText(/starred/i);
  await expect(rows(panel).first()).toBeFocused();

  await press('F2');
  await expect(focused).toHaveRole('textbox');
  await page.keyboard.type('the faster one');
  await press('Enter');
  await expect(rows(panel).first()).toContainText('the faster one');
  await expect(said).toHaveText(/the faster one/i);
  await expect(rows(panel).first()).toBeFocused();

  await press('c');
  const compare = page.getByRole('heading', { name: /compare 2 runs/i });
  await expect(compare).toBeVisible();
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('trackbook:show-panel')
  );
  await expect(rows(panel).first()).toBeFocused();
  await press('Enter');
  await expect(
    page.locator('.jp-trackbook-page:visible').getByRole('heading', {
      name: 'the faster one'
    })
  ).toBeVisible();
  // Where the focus is, is a place: never the document's body.
  await expect(focused).toHaveCount(1);
  await expect(page.locator('body:focus')).toHaveCount(0);
});
