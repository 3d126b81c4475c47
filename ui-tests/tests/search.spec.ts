/**
 * The story of who looks for a run: words, conditions, a mistake mended with a click,
 * rows that come to match while one looks.
 */
import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell
} from './story';

test('finds runs by words and conditions, and says where it does not understand', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/search.ipynb`, PLAIN_CELLS);
  await pressRecord(page);
  await runCell(page, 0);
  for (const rate of ['0.1', '0.2', '0.4']) {
    await attempt(page, rate);
  }
  const panel = await openPanel(page);
  await expect(rows(panel)).toHaveCount(3);

  // By keyboard from the list: / goes to the box, which completes.
  await rows(panel).first().focus();
  await page.keyboard.press('/');
  const box = panel.getByRole('combobox', { name: 'Search runs' });
  await expect(box).toBeFocused();
  await page.keyboard.type('params.ra');
  const offers = panel.getByRole('listbox', { name: 'What can stand here' });
  await expect(offers.getByText('rate', { exact: true })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await expect(box).toHaveValue('params.rate ');
  await page.keyboard.type('>= 0.2');
  await expect(panel.getByText('2 runs found')).toBeVisible();
  await expect(rows(panel)).toHaveCount(2);
  await page.keyboard.press('Enter');

  // A run that comes to match appears by itself.
  await page.mouse.move(900, 500);
  await attempt(page, '0.8');
  await expect(rows(panel)).toHaveCount(3);
  await expect(panel.getByText('3 runs found')).toBeVisible();

  // What is not understood is shown in place; the list stays, a click mends it.
  await box.fill("rate > 0.3 and status = 'finished'");
  await box.press('Enter');
  await expect(panel.getByText(/a run has no attribute 'rate'/)).toBeVisible();
  await expect(panel.locator('mark', { hasText: /^rate$/ })).toBeVisible();
  await expect(rows(panel)).toHaveCount(3);
  await page.screenshot({ path: 'test-results/search-error-light.png' });
  expect(await problems(page)).toEqual([]);
  await panel.getByRole('button', { name: 'params.rate' }).click();
  await expect(box).toHaveValue("params.rate > 0.3 and status = 'finished'");

  // Words are found in the code, and it is said where.
  await box.fill('score');
  await box.press('Enter');
  await expect(rows(panel)).toHaveCount(4);
  await expect(
    panel.locator('.jp-trackbook-hit mark', { hasText: 'score' }).first()
  ).toBeVisible();
  await page.screenshot({ path: 'test-results/search-words-light.png' });
  await page.theme.setDarkTheme();
  await page.screenshot({ path: 'test-results/search-words-dark.png' });
  expect(await problems(page)).toEqual([]);

  // Nothing found: what was searched, and ways on.
  await box.fill('params.rat > 5');
  await box.press('Enter');
  await expect(
    panel.getByText(/No run of this notebook matches/)
  ).toBeVisible();
  await expect(panel.getByText("No run has a param 'rat'.")).toBeVisible();
  await page.screenshot({ path: 'test-results/search-nothing-dark.png' });
  await box.fill('params.rate > 0');
  await box.press('Enter');
  await expect(rows(panel)).toHaveCount(4);

  // A row that ceases to match leaves.
  await box.fill('not starred');
  await box.press('Enter');
  await expect(rows(panel)).toHaveCount(4);
  // (Not under the pointer, where nothing moves by itself.)
  await page.mouse.move(900, 500);
  await rows(panel).last().focus();
  await page.keyboard.press('s');
  await expect(rows(panel)).toHaveCount(3);

  // Escape clears, and all are back.
  await box.focus();
  await box.press('Escape');
  await expect(box).toHaveValue('');
  await expect(rows(panel)).toHaveCount(4);
});
