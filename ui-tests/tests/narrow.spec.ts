/**
 * Little room, much to say, and pages that are read from right to left.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

const LONG =
  'a name that says everything about the attempt, its data, its model, its seed and the weather_with_one_very_long_word_in_it_that_nothing_breaks';

const LOGGING = [
  'import trackbook',
  `for number, name in enumerate(["short", ${JSON.stringify(LONG)}, "שם בעברית 3"]):`,
  '    with trackbook.start_run(name):',
  '        trackbook.log_params({f"param_{index}_with_a_name_of_some_length": index * (number + 1) for index in range(400)})',
  '        for step in range(20):',
  '            trackbook.log_metric("validation_accuracy_of_the_second_head_after_calibration", 0.5 + step / 100 + number / 10, step=step)',
  '        trackbook.set_tag("a_tag_with_a_long_name", "and a value that is not short either, by any means")'
].join('\n');

async function threeRuns(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, ['%load_ext trackbook', LOGGING]);
  const panel = await openPanel(page);
  await runCell(page, 0);
  await runCell(page, 1);
  await expect(rows(panel)).toHaveCount(3);
  return panel;
}

/** What sticks out of its place to the side, where nothing could be scrolled to it. */
function overflowing(place: Locator): Promise<string[]> {
  return place.evaluate(root => {
    const bounds = root.getBoundingClientRect();
    return [...root.querySelectorAll('*')]
      .filter(node => {
        const { left, right, width } = node.getBoundingClientRect();
        let clip = node.parentElement;
        while (clip !== null && clip !== root) {
          if (getComputedStyle(clip).overflowX !== 'visible') {
            return false;
          }
          clip = clip.parentElement;
        }
        return (
          width > 0 && (left < bounds.left - 1 || right > bounds.right + 1)
        );
      })
      .map(
        node => `${node.tagName.toLowerCase()}.${node.getAttribute('class')}`
      )
      .slice(0, 8);
  });
}

async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: `test-results/narrow-${name}.png` });
  }
}

for (const direction of ['ltr', 'rtl']) {
  test(`220 px, long names and 400 params fit, ${direction}`, async ({
    page,
    tmpPath
  }) => {
    const panel = await threeRuns(page, `${tmpPath}/narrow.ipynb`);
    await page.evaluate(direction => {
      document.documentElement.dir = direction;
    }, direction);
    // JupyterLab's own least is 250; Notebook and themes may have less.
    await page.addStyleTag({
      content:
        '#trackbook-panel { min-width: 0 !important; width: 220px !important }'
    });
    await page.mouse.move(900, 500);
    await rows(panel).nth(0).getByRole('checkbox').check();
    await rows(panel).nth(1).getByRole('checkbox').check();
    await page.mouse.move(900, 500);
    expect(await panel.evaluate(node => node.clientWidth)).toBeLessThan(226);
    expect(await overflowing(panel)).toEqual([]);
    for (const name of ['Order', 'Group by']) {
      const box = await panel.getByRole('combobox', { name }).boundingBox();
      expect(box?.width).toBeGreaterThan(40);
    }
    await picture(page, `panel-${direction}`);
    const view = page.locator('.jp-trackbook-view:visible');
    await rows(panel).nth(1).locator('.jp-trackbook-name').click();
    await expect(view.getByRole('heading', { name: LONG })).toBeVisible();
    await page.waitForTimeout(1500);
    expect(await overflowing(view)).toEqual([]);
    await picture(page, `run-${direction}`);
    await panel.getByRole('button', { name: 'Compare' }).click();
    await expect(view.locator('.jp-trackbook-grid')).toBeVisible();
    await page.waitForTimeout(1500);
    expect(await overflowing(view)).toEqual([]);
    await picture(page, `compare-${direction}`);
    await panel.getByRole('button', { name: 'Chart' }).click();
    await expect(view.locator('.jp-trackbook-plot').first()).toBeVisible();
    await page.waitForTimeout(1000);
    expect(await overflowing(view)).toEqual([]);
    await picture(page, `chart-${direction}`);
    expect(await problems(page)).toEqual([]);
  });
}
