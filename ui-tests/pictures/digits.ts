/**
 * What the pictures of the documentation share: a notebook that classifies digits, and
 * where a picture goes.
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect } from '../tests/fixtures';

const IMAGES = path.resolve(__dirname, '../../docs/images');
const LARGEST = 200_000;

export const DATA = [
  'digits = load_digits()',
  'X_train, X_test, y_train, y_test = train_test_split(',
  '    digits.data / 16, digits.target, test_size=0.3, random_state=0)'
];
export const SETTINGS = ['lr = 0.3', 'alpha = 0.001', 'epochs = 40'];

/** Not a line of logging: what the first picture is about. */
export const QUIET = [
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

/** The cells that are tweaked, and run again for that. */
export const PARAMS = 2;
export const TRAINING = 3;

/** The launcher is no part of a picture. */
export async function closeLauncher(
  page: IJupyterLabPageFixture
): Promise<void> {
  await page.evaluate(() => {
    for (const widget of window.jupyterapp.shell.widgets('main')) {
      if (widget.title.label === 'Launcher') {
        widget.close();
      }
    }
  });
}

export async function take(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  // Nothing that is only there because the pointer is.
  await page.mouse.move(900, 890);
  await page.evaluate(() => document.fonts.ready);
  const file = path.join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  expect(statSync(file).size).toBeLessThan(LARGEST);
}
