/**
 * The pictures in docs/images, of runs that are recorded while they are taken.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect, test } from '../tests/fixtures';
import {
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  runCell,
  waitForIdle
} from '../tests/story';
import {
  DATA,
  PARAMS,
  QUIET,
  SETTINGS,
  TRAINING,
  closeLauncher,
  take
} from './digits';

/** Logs its curves, for the pictures of charts. */
const LOGGING = [
  [
    'import numpy as np',
    'from sklearn.datasets import load_digits',
    'from sklearn.linear_model import SGDClassifier',
    'from sklearn.metrics import log_loss',
    'from sklearn.model_selection import train_test_split',
    'from trackbook import log_metric'
  ],
  DATA,
  SETTINGS,
  [
    'clf = SGDClassifier(loss="log_loss", learning_rate="constant",',
    '                    eta0=lr, alpha=alpha, random_state=0)',
    'for epoch in range(epochs):',
    '    clf.partial_fit(X_train, y_train, classes=np.arange(10))',
    '    log_metric("loss", log_loss(y_test, clf.predict_proba(X_test)))',
    '    log_metric("val_acc", clf.score(X_test, y_test))'
  ]
].map(lines => lines.join('\n'));

const ATTEMPTS = [
  ['0.03', '0.001', '40'],
  ['0.03', '0.01', '40'],
  ['0.03', '0.0001', '40'],
  ['0.01', '0.0001', '80']
] as const;

// A test's name becomes that of the folder in its pictures.
test('digits', async ({ page, tmpPath }) => {
  const panel = await attempts(page, `${tmpPath}/digits.ipynb`, QUIET);
  await rows(panel).nth(1).hover();
  await rows(panel).nth(1).getByRole('button', { name: /star/i }).click();
  await page.notebook.selectCells(0);
  await take(page, 'runs');

  // A cell is new since then.
  await page.notebook.addCell('code', 'clf.predict(X_test[:5])');
  await rows(panel).nth(3).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^restore notebook of/i }).click();
  await page.getByRole('radio', { name: 'Replace' }).check();
  await expect(page.locator('.cm-changedText').first()).toBeVisible();
  await take(page, 'restore');
});

test('curves', async ({ page, tmpPath }) => {
  const panel = await attempts(page, `${tmpPath}/digits.ipynb`, LOGGING);
  await rows(panel).nth(1).hover();
  await rows(panel).nth(1).getByRole('button', { name: /star/i }).click();
  await rows(panel).nth(1).locator('.jp-trackbook-name').click();
  await expect(
    page.locator('.jp-trackbook-plot:visible[data-lines="2"]').first()
  ).toBeVisible();
  await take(page, 'run');

  await rows(panel).nth(1).getByRole('checkbox').check();
  await rows(panel).nth(2).getByRole('checkbox').check();
  await panel.getByRole('button', { name: 'Compare' }).click();
  await expect(
    page.getByRole('heading', { name: 'Compare 2 runs' })
  ).toBeVisible();
  await expect(
    page.locator('.jp-trackbook-plot:visible[data-lines="2"]').first()
  ).toBeVisible();
  await expect(page.locator('.cm-mergeView:visible').first()).toBeVisible();
  await take(page, 'compare');
});

/** Record a notebook, run it, and tweak its settings four times. */
async function attempts(
  page: IJupyterLabPageFixture,
  notebook: string,
  cells: readonly string[]
): Promise<Locator> {
  await openNotebook(page, notebook, cells);
  await closeLauncher(page);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  for (const [index, [lr, alpha, epochs]] of ATTEMPTS.entries()) {
    const source = `lr = ${lr}\nalpha = ${alpha}\nepochs = ${epochs}`;
    await page.notebook.setCell(PARAMS, 'code', source);
    for (const cell of [PARAMS, TRAINING]) {
      await runCell(page, cell);
    }
    await expect(rows(panel)).toHaveCount(index + 2);
  }
  return panel;
}
