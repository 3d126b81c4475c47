/**
 * What the stories share: a notebook without a line of logging, and the panel that they
 * look at, found by role and name as a person (or a screen reader) finds it.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect } from './fixtures';

/** The cells of a scikit-learn notebook; the second is the one that people tweak. */
export const CELLS = [
  [
    'from sklearn.datasets import load_digits',
    'from sklearn.linear_model import SGDClassifier',
    'from sklearn.model_selection import train_test_split'
  ],
  ['learning_rate = 0.0001', 'epochs = 5'],
  [
    'X, y = load_digits(return_X_y=True)',
    'X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)'
  ],
  [
    "clf = SGDClassifier(learning_rate='constant', eta0=learning_rate,",
    '                    max_iter=epochs, tol=None, random_state=0)',
    'clf.fit(X_train, y_train)',
    'clf.score(X_test, y_test)'
  ]
].map(lines => lines.join('\n'));

export const PARAMS_CELL = 1;
export const TRAINING_CELL = 3;

/** A notebook that any Python runs, scikit-learn or not; its cells are those below. */
export const PLAIN_CELLS = [
  [
    'class Model:',
    '    def __init__(self, rate):',
    '        if rate > 1:',
    '            raise ValueError(f"a rate of {rate} is too high")',
    '        self.rate = rate',
    '    def score(self, x):',
    '        return round(self.rate * x, 4)'
  ],
  ['rate = 0.1'],
  ['model = Model(rate)', 'model.score(0.7)']
].map(lines => lines.join('\n'));

export const PLAIN_PARAMS = 1;
export const PLAIN_TRAINING = 2;

/** The document that has `sources` as its code cells. */
export function notebookOf(
  sources: readonly string[],
  kernel = 'python3'
): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source
    })),
    metadata: {
      kernelspec: { display_name: kernel, language: 'python', name: kernel },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/**
 * Put a notebook into the test's folder, open it, and wait for its kernel.
 *
 * `change` gets the document's text and gives the one that is put there.
 */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  path: string,
  sources: readonly string[] = CELLS,
  kernel = 'python3',
  change = (text: string): string => text
): Promise<void> {
  const text = change(notebookOf(sources, kernel));
  await page.contents.uploadContent(text, 'text', path);
  await page.filebrowser.refresh();
  await page.notebook.openByPath(path);
  await page.notebook.activate(path.split('/').pop()!);
  await waitForIdle(page);
}

/** Open what is there already, as a link does: whichever sidebar is in front. */
export async function reopenNotebook(
  page: IJupyterLabPageFixture,
  path: string
): Promise<void> {
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path });
  }, path);
  await page.notebook.activate(path.split('/').pop()!);
  await waitForIdle(page);
}

export async function waitForIdle(page: IJupyterLabPageFixture): Promise<void> {
  await expect(
    page
      .locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator')
      .first()
  ).toHaveAttribute('data-status', 'idle', { timeout: 60_000 });
}

export function recordButton(page: IJupyterLabPageFixture): Locator {
  return page
    .locator('.jp-NotebookPanel:visible')
    .getByRole('button', { name: /record/i })
    .first();
}

export async function pressRecord(page: IJupyterLabPageFixture): Promise<void> {
  await recordButton(page).click();
  await expect(recordButton(page)).toHaveAttribute('aria-pressed', 'true');
  await expect(recordButton(page)).toContainText(/recording/i);
}

export async function openPanel(
  page: IJupyterLabPageFixture
): Promise<Locator> {
  await page.sidebar.openTab('trackbook-panel');
  return page.locator('#trackbook-panel');
}

/** Give the plain notebook's param another value and run what depends on it. */
export async function attempt(
  page: IJupyterLabPageFixture,
  rate: string
): Promise<void> {
  await page.notebook.setCell(PLAIN_PARAMS, 'code', `rate = ${rate}`);
  await runCell(page, PLAIN_PARAMS);
  await runCell(page, PLAIN_TRAINING);
}

/** Run one cell and don't wait for its end. */
export async function startCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await page.notebook.selectCells(index);
  await page.menu.clickMenuItem('Run>Run Selected Cell');
}

/** Where the server is, without the closing slash. */
export function serverOf(page: IJupyterLabPageFixture): string {
  return page.url().split('/lab')[0]!;
}

/** What the cell at `index` answered, as text. */
export async function outputOf(
  page: IJupyterLabPageFixture,
  index: number
): Promise<string> {
  const texts = await page.notebook.getCellTextOutput(index);
  return (texts?.at(-1) ?? '').trim();
}

/** The rows of the list that are runs. */
export function rows(panel: Locator): Locator {
  return panel.locator('.jp-trackbook-row');
}

/** Run one cell as a person does, and wait until it is done. */
export async function runCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await page.notebook.runCell(index, true);
  await waitForIdle(page);
}

export async function valueOf(locator: Locator): Promise<number> {
  return Number((await locator.innerText()).trim().replace('−', '-'));
}

/** The score in a row is the one on the screen, to the digits that the row shows. */
export async function expectScore(row: Locator, score: string): Promise<void> {
  await expect
    .poll(async () => {
      const shown = await row.locator('.jp-trackbook-value').innerText();
      const digits = shown.split('.')[1]?.length ?? 0;
      return shown.trim() === Number(score).toFixed(digits) ? score : shown;
    })
    .toBe(score);
}
