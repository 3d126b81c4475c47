/**
 * Two notebooks side by side: two runs, their pictures, and the notebook as it is open.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from './story';

const PICTURE = 3;
const CELLS = [
  [
    'import struct, zlib',
    'from IPython.display import Image',
    'def chunk(kind, data):',
    '    body = kind + data',
    "    return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))",
    'def picture(rate):',
    '    rows = b"".join(b"\\0" + bytes(200 if x < rate * 160 else 40 for x in range(160)) for _ in range(90))',
    "    head = struct.pack('>IIBBBBB', 160, 90, 8, 0, 0, 0, 0)",
    "    return Image(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))"
  ],
  ['rate = 0.1', 'steps = 10'],
  ['print("\\n".join(f"step {n}: {rate * n:.2f}" for n in range(steps)))'],
  ['picture(rate)'],
  ['score = rate * 0.7', 'score']
].map(lines => lines.join('\n'));

test('two runs differ in the cell that was edited, its outputs and its picture', async ({
  page,
  tmpPath
}) => {
  const panel = await recordTwo(page, `${tmpPath}/study.ipynb`);
  await rows(panel).first().locator('.jp-trackbook-name').click();
  await shownPage(page)
    .getByRole('button', { name: 'Compare notebook with previous' })
    .click();
  const differences = shownPage(page);
  await expect(
    differences.getByRole('heading', { name: 'r1 → r2', level: 1 })
  ).toBeVisible();
  await expect(
    page.getByRole('tab', { name: 'r1 → r2', selected: true })
  ).toBeVisible();

  // Only what differs, by words, with the number that changed marked whole.
  await expect(differences.getByText('4 of 5 differ')).toBeVisible();
  const edited = differences.getByRole('region', {
    name: 'rate = 0.9, edited'
  });
  await expect(edited.locator('.cm-merge-a .cm-changedText')).toHaveText('0.1');
  await expect(edited.locator('.cm-merge-b .cm-changedText')).toHaveText('0.9');
  await expect(
    differences.getByRole('region', { name: /import struct/ })
  ).toHaveCount(0);
  await differences.getByRole('button', { name: 'Everything' }).click();
  await expect(
    differences.getByRole('region', { name: /import struct.*, same/ })
  ).toBeVisible();
  await differences.getByRole('button', { name: 'Only differences' }).click();
  await differences.getByRole('button', { name: 'Inline' }).click();
  await expect(edited.locator('.cm-deletedChunk')).toContainText('rate = 0.1');
  await differences.getByRole('button', { name: 'Side by side' }).click();

  // With the keyboard, from difference to difference.
  await page.keyboard.press('n');
  await expect(edited).toBeFocused();
  await page.keyboard.press('n');
  const printed = differences.getByRole('region', { name: /^print.*re-run/ });
  await expect(printed).toBeFocused();

  // Text outputs as texts, pictures beside and over each other.
  await printed.getByRole('button', { name: 'Outputs: text → text' }).click();
  await expect(printed.locator('.cm-merge-b')).toContainText('step 9: 8.10');
  const plotted = differences.getByRole('region', {
    name: 'picture(rate), re-run'
  });
  await plotted
    .getByRole('button', { name: 'Outputs: picture → picture' })
    .click();
  await expect(plotted.getByRole('img')).toHaveCount(2);
  await expect
    .poll(() => drawn(plotted), { message: 'both pictures are decoded' })
    .toEqual([160, 160]);
  await look(page, 'side');
  await plotted.getByRole('button', { name: 'Swipe' }).click();
  const slider = plotted.getByRole('slider', { name: /How much of r1/ });
  await slider.focus();
  await page.keyboard.press('End');
  await expect(plotted.locator('.jp-trackbook-over')).toHaveAttribute(
    'style',
    /inset\(0(px)? 0(px)? 0(px)? 100%\)/
  );
  await plotted.getByRole('button', { name: 'Difference' }).click();
  await expect(
    plotted.getByText('Black where both are the same')
  ).toBeVisible();
  await look(page, 'difference');
  expect(await problems(page)).toEqual([]);
  await page.theme.setDarkTheme();
  expect(await problems(page)).toEqual([]);
  await look(page, 'dark');
  await page.theme.setLightTheme();

  // The page comes back with the layout, and turned around.
  await differences.getByRole('button', { name: 'Swap sides' }).click();
  await expect(
    differences.getByRole('heading', { name: 'r2 → r1', level: 1 })
  ).toBeVisible();
});

test('a run and the notebook as it is open, unsaved edits included', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/study.ipynb`;
  const panel = await recordTwo(page, path);
  await page.notebook.activate('study.ipynb');
  await page.notebook.setCell(1, 'code', 'rate = 0.5\nsteps = 10');
  await rows(panel).first().locator('.jp-trackbook-name').click();
  await shownPage(page)
    .getByRole('button', { name: 'Compare notebook with open one' })
    .click();
  const differences = shownPage(page);
  await expect(
    differences.getByRole('heading', { name: /^r2 → r\d+$/, level: 1 })
  ).toBeVisible();
  const edited = differences.getByRole('region', {
    name: 'rate = 0.5, edited'
  });
  await expect(edited.locator('.cm-merge-b .cm-changedText')).toHaveText('0.5');
  await expect(differences.getByText('kept by hand')).toBeVisible();
  await expect(differences.getByText('1 of 5 differ')).toBeVisible();

  // From the palette, with a revision that is picked.
  await page.notebook.activate('study.ipynb');
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('trackbook:compare-open-notebook');
  });
  const dialog = page.getByRole('dialog');
  const first = await dialog
    .locator('option', { hasText: /^r1 · / })
    .first()
    .innerText();
  await dialog.getByRole('combobox').selectOption(first);
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await expect(
    shownPage(page).getByRole('heading', { name: /^r1 → r\d+$/, level: 1 })
  ).toBeVisible();
});

/** Two runs of one notebook, the second with another rate. */
async function recordTwo(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(1, 'code', 'rate = 0.9\nsteps = 10');
  for (const index of [1, 2, PICTURE, 4]) {
    await runCell(page, index);
  }
  await expect(rows(panel)).toHaveCount(2);
  return panel;
}

function shownPage(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-trackbook-page:visible');
}

async function drawn(row: Locator): Promise<readonly number[]> {
  return row
    .getByRole('img')
    .evaluateAll(images =>
      images.map(image => (image as HTMLImageElement).naturalWidth)
    );
}

/** A picture of the page for whoever asks for one. */
async function look(page: IJupyterLabPageFixture, name: string): Promise<void> {
  const folder = process.env.TRACKBOOK_UI_LOOKS;
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/differences-${name}.png` });
  }
}
