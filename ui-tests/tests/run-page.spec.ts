/**
 * One run's page: what it says first, its figures, files, note and environment.
 */
import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from './story';

/** The notebook of the stories with pictures, files and data. */
const DRAWING = [
  PLAIN_CELLS[0]!,
  'rate = 0.1',
  [
    'import json, struct, zlib, trackbook',
    'from IPython.display import Image, display',
    'def chunk(kind, data):',
    '    body = kind + data',
    '    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))',
    'def picture(shade, size=160):',
    '    rows = (b"\\0" + bytes([shade, 120, 200]) * size) * size',
    '    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)',
    '    return (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head)',
    '            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))'
  ].join('\n'),
  [
    'model = Model(rate)',
    'for shade in range(3):',
    '    display(Image(picture(int(rate * 255) + 40 * shade)))',
    'trackbook.log_input([{"x": n} for n in range(7)], name="train", context="training")',
    'trackbook.log_text("fold,acc\\n1,0.9\\n2,0.8\\n", "tables/scores.csv")',
    'trackbook.log_text("# Report\\n\\nIt **works**.", "report.md")',
    'model.score(0.7)'
  ].join('\n'),
  'sum(range(10))'
];

test('a run’s page says what changed, and shows its figures, files and note', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/page.ipynb`, DRAWING);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(1, 'code', 'rate = 0.5');
  await runCell(page, 1);
  await runCell(page, 3);
  await expect(rows(panel)).toHaveCount(2);
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const view = page.locator('.jp-trackbook-page:visible');
  // That the cell of the param was edited is said by the param.
  await expect(view.locator('.jp-trackbook-sentence')).toHaveText(
    'Compared with “first”: rate went from 0.1 to 0.5; model.score rose by 0.28 to 0.35, which is better.'
  );

  const figures = view.getByRole('list', { name: 'Figures' });
  await expect(figures.getByRole('img')).toHaveCount(3);
  await figures.getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  const large = page.getByRole('dialog', { name: /^Figures of/ });
  await expect(large).toContainText('1 of 3');
  await expect(large).toContainText('model = Model(rate)');
  await page.keyboard.press('End');
  await expect(large).toContainText('3 of 3');
  expect(await problems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(figures.getByRole('button').first()).toBeFocused();

  const files = view.getByRole('region', { name: 'Artifacts' });
  await files.getByRole('button', { name: /scores.csv/ }).click();
  await expect(files.getByRole('cell', { name: '0.9' })).toBeVisible();
  await files.getByRole('button', { name: /report.md/ }).click();
  await expect(files.locator('strong')).toHaveText('works');
  const saved = page.waitForEvent('download');
  await files
    .getByRole('listitem')
    .filter({ hasText: 'report.md' })
    .getByRole('button', { name: 'Download' })
    .click();
  expect((await saved).suggestedFilename()).toBe('report.md');
  await expect(view.getByRole('region', { name: 'Inputs' })).toContainText(
    '7 rows'
  );

  await view.getByRole('button', { name: 'Edit the note' }).click();
  await page.keyboard.type('The *better* one.');
  await page.keyboard.press('Control+Enter');
  await expect(view.locator('.jp-trackbook-note em')).toHaveText('better');
  await view.getByRole('button', { name: 'Undo the edit of the note' }).click();
  await expect(view.locator('.jp-trackbook-note em')).toHaveCount(0);

  const environment = view.getByRole('region', { name: 'Environment' });
  await environment
    .getByRole('button', { name: 'What differs from the run before' })
    .click();
  await expect(environment).toContainText('Nothing: the same environment.');
  await environment
    .getByRole('button', { name: 'What differs from now' })
    .click();
  await expect(environment).toContainText(
    /Nothing: the same packages|No kernel/
  );

  await view.locator('.jp-trackbook-run-name').scrollIntoViewIfNeeded();
  await page.screenshot({ path: 'test-results/run-light.png' });
  expect(await problems(page)).toEqual([]);
  await page.theme.setDarkTheme();
  await page.screenshot({ path: 'test-results/run-dark.png' });
  expect(await problems(page)).toEqual([]);
});

test('a run of five hundred figures is opened and looked through', async ({
  page,
  tmpPath
}) => {
  const many = DRAWING[3]!
    .replace('range(3)', 'range(500)')
    .replace('int(rate * 255) + 40 * shade', 'shade % 256');
  await openNotebook(page, `${tmpPath}/figures.ipynb`, [
    ...DRAWING.slice(0, 3),
    many
  ]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await page.notebook.close(true);
  await rows(panel).first().locator('.jp-trackbook-name').click();
  const view = page.locator('.jp-trackbook-page:visible');
  const figures = view.getByRole('list', { name: 'Figures' });
  await expect(figures.getByRole('img')).toHaveCount(12);
  await figures.getByRole('button', { name: '488 more' }).click();
  await expect(figures.getByRole('listitem')).toHaveCount(500);
  // Only those in or near the view are fetched.
  expect(await figures.getByRole('img').count()).toBeLessThan(400);
  await figures.getByRole('listitem').last().scrollIntoViewIfNeeded();
  await expect(
    figures.getByRole('listitem').last().getByRole('img')
  ).toBeVisible();
});
