/**
 * The first-use walk of docs/first-use.md: twelve attempts, and which was best and why.
 * Takes its pictures, and prints what each step took.
 */
import { expect, test } from '../tests/fixtures';
import {
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from '../tests/story';
import { PARAMS, QUIET, TRAINING, closeLauncher, take } from './digits';

const RATES = ['0.3', '0.1', '0.03', '0.01'];
const ALPHAS = ['0.001', '0.0001', '0.00001'];

test('digits', async ({ page, tmpPath }) => {
  const steps: [string, number][] = [];
  let begun = Date.now();
  const step = (name: string): void => {
    steps.push([name, (Date.now() - begun) / 1000]);
    begun = Date.now();
  };
  await openNotebook(page, `${tmpPath}/digits.ipynb`, QUIET);
  await closeLauncher(page);
  begun = Date.now();

  const panel = await openPanel(page);
  await expect(panel).toContainText(/no runs/i);
  await take(page, 'first-use-1-empty');
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  step('Record, run all: the first run is in the list');

  const attempts = RATES.flatMap(lr => ALPHAS.map(alpha => [lr, alpha]));
  for (const [index, [lr, alpha]] of attempts.entries()) {
    if (index > 0) {
      await page.notebook.setCell(
        PARAMS,
        'code',
        `lr = ${lr}\nalpha = ${alpha}\nepochs = 40`
      );
      await runCell(page, PARAMS);
      await runCell(page, TRAINING);
      await expect(rows(panel)).toHaveCount(index + 1);
    }
  }
  step('eleven more attempts');
  await page.notebook.selectCells(0);
  await take(page, 'first-use-2-twelve');

  await panel.getByLabel('Order').selectOption('highest metric first');
  const best = rows(panel).first();
  await expect(best).toBeVisible();
  // What was there stays until the other order has come.
  await expect(async () => {
    const values = await panel.locator('.jp-trackbook-value').allInnerTexts();
    expect(values.map(Number)).toEqual(
      [...values].map(Number).sort((a, b) => b - a)
    );
  }).toPass();
  step('sorted: which was best');

  await best.locator('.jp-trackbook-name').click();
  await expect(page.locator('.jp-trackbook-sentence:visible')).toBeVisible();
  step('its page: what was different, in a sentence');
  await take(page, 'first-use-3-best');

  await best.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('c');
  await expect(
    page.getByRole('heading', { name: 'Compare 12 runs' })
  ).toBeVisible();
  await expect(page.locator('.jp-trackbook-sentence:visible')).toContainText(
    /of 12 runs/i
  );
  step('all twelve compared: why');
  await take(page, 'first-use-4-why');

  for (const [name, seconds] of steps) {
    process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${name}\n`);
  }
});
