/**
 * Trackbook in the colours that a person's system insists on, and without motion.
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
  startCell,
  waitForIdle
} from './story';

const CELLS = [
  'class Model:\n    def __init__(self, rate):\n        self.rate = rate',
  'rate = 0.1',
  [
    'import trackbook',
    'model = Model(rate)',
    'for step in range(30):',
    '    trackbook.log_metric("loss", 1 / (1 + rate * step), step=step)',
    'score = 1 - rate'
  ].join('\n')
];

async function threeRuns(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  for (const rate of ['0.2', '0.4']) {
    await page.notebook.setCell(1, 'code', `rate = ${rate}`);
    await runCell(page, 1);
    await runCell(page, 2);
  }
  const panel = await openPanel(page);
  await expect(rows(panel)).toHaveCount(3);
  return panel;
}

async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: `test-results/forced-${name}.png` });
  }
}

/** The colour that the system paints a part of an element with. */
function paint(
  target: Locator,
  property: 'backgroundColor' | 'borderInlineStartColor' | 'outlineColor'
): Promise<string> {
  return target.evaluate(
    (node, property) => getComputedStyle(node)[property],
    property
  );
}

test('forced colours leave nothing out', async ({ page, tmpPath }) => {
  const panel = await threeRuns(page, `${tmpPath}/forced.ipynb`);
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const view = page.locator('.jp-trackbook-view:visible');
  const system = (name: string): Promise<string> =>
    page.evaluate(name => {
      const probe = document.createElement('i');
      probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }, name);
  const highlight = await system('Highlight');
  await rows(panel).nth(0).getByRole('checkbox').check();
  await rows(panel).nth(1).getByRole('checkbox').check();
  await rows(panel).nth(0).focus();
  await page.keyboard.press('j');
  // What is chosen, selected and focused is told apart.
  const scope = panel.locator('.jp-trackbook-scope span');
  expect(await paint(scope.nth(0), 'backgroundColor')).toBe(highlight);
  expect(await paint(scope.nth(1), 'backgroundColor')).not.toBe(highlight);
  expect(await paint(rows(panel).nth(0), 'borderInlineStartColor')).toBe(
    highlight
  );
  expect(await paint(rows(panel).nth(1), 'outlineColor')).toBe(highlight);
  await picture(page, 'panel');

  await page.keyboard.press('c');
  const changed = view.locator('.cm-changedText').first();
  await expect(changed).toBeVisible();
  expect(await paint(changed, 'backgroundColor')).toBe(await system('Mark'));
  await picture(page, 'compare');

  await panel.getByRole('button', { name: 'Chart' }).click();
  const plot = view.locator('.jp-trackbook-plot canvas').first();
  await expect(plot).toBeVisible();
  // Its lines, axes and words are painted on the system's own ground.
  await expect
    .poll(() =>
      plot.evaluate((node: HTMLCanvasElement) => {
        const { data } = node
          .getContext('2d')!
          .getImageData(0, 0, node.width, node.height);
        let bright = 0;
        for (let at = 0; at < data.length; at += 4) {
          bright += data[at]! > 200 && data[at + 3]! > 200 ? 1 : 0;
        }
        return bright;
      })
    )
    .toBeGreaterThan(100);
  await picture(page, 'chart');

  await rows(panel).first().locator('.jp-trackbook-name').click();
  const dot = view
    .locator(
      'h1 .jp-trackbook-run-dot, .jp-trackbook-page-title .jp-trackbook-run-dot'
    )
    .first();
  await expect(dot).toBeVisible();
  expect(await paint(dot, 'backgroundColor')).not.toBe(await system('Canvas'));
  await expect(view.locator('.jp-trackbook-cell-bar').first()).toBeVisible();
  expect(
    await paint(
      view.locator('.jp-trackbook-cell-bar').first(),
      'backgroundColor'
    )
  ).toBe(await system('CanvasText'));
  await picture(page, 'run');
  await view.getByRole('button', { name: 'Restore notebook…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Open a copy');
  await picture(page, 'restore');
  await page.keyboard.press('Escape');
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await page.theme.setLightTheme();
  await picture(page, 'run-light');
});

test('nothing turns or glides for who wants no motion', async ({
  page,
  tmpPath
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openNotebook(page, `${tmpPath}/still.ipynb`, [
    'rate = 0.1',
    'import time\nscore = rate\ntime.sleep(8)'
  ]);
  await pressRecord(page);
  const panel = await openPanel(page);
  await page.notebook.runCell(0, true);
  await startCell(page, 1);
  await expect(panel.getByRole('img', { name: 'running' })).toBeVisible();
  const moving = (): Promise<number> =>
    page.evaluate(
      () =>
        document
          .getAnimations()
          .filter(
            ({ effect }) =>
              (effect as KeyframeEffect).target?.closest('.jp-trackbook') &&
              effect?.getTiming().iterations === Infinity
          ).length
    );
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(moving).toBeGreaterThan(0);
});
