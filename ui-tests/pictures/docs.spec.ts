/**
 * The pictures in docs/images, of runs that are recorded while they are taken.
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

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

const IMAGES = path.resolve(__dirname, '../../docs/images');
const LARGEST = 200_000;

const DATA = [
  'digits = load_digits()',
  'X_train, X_test, y_train, y_test = train_test_split(',
  '    digits.data / 16, digits.target, test_size=0.3, random_state=0)'
];
const SETTINGS = ['lr = 0.3', 'alpha = 0.001', 'epochs = 40'];
const [PARAMS, TRAINING] = [2, 3];

/** Not a line of logging: what the first picture is about. */
const QUIET = [
  [
    'from sklearn.datasets import load_digits',
    'from sklearn.linear_model import SGDClassifier',
    'from sklearn.model_selection import train_test_split'
  ],
  DATA,
  SETTINGS,
  [
    'clf = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=lr,',
    '                    alpha=alpha, max_iter=epochs, tol=None, random_state=0)',
    'clf.fit(X_train, y_train)',
    'clf.score(X_test, y_test)'
  ]
].map(lines => lines.join('\n'));

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
  mkdirSync(IMAGES, { recursive: true });
  await openNotebook(page, notebook, cells);
  // The launcher is no part of the picture.
  await page.evaluate(() => {
    for (const widget of window.jupyterapp.shell.widgets('main')) {
      if (widget.title.label === 'Launcher') {
        widget.close();
      }
    }
  });
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

async function take(page: IJupyterLabPageFixture, name: string): Promise<void> {
  // Nothing that is only there because the pointer is.
  await page.mouse.move(900, 890);
  await page.evaluate(() => document.fonts.ready);
  const file = path.join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  expect(statSync(file).size).toBeLessThan(LARGEST);
}
