/**
 * The four ways to get a notebook back, none of which loses what is open.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  serverOf,
  waitForIdle
} from './story';

/** The dialog for the run in the list's `row`, from its context menu. */
async function askRestore(
  page: IJupyterLabPageFixture,
  row: Locator
): Promise<Locator> {
  await row.click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: /^restore notebook of run/i })
    .click();
  const dialog = page.getByRole('dialog', { name: /restore/i });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** A run at rate 0.9, then one at 0.3; a cell more and other metadata since. */
async function recordAndGoOn(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, PLAIN_CELLS, 'python3', text => {
    const document = JSON.parse(text);
    document.metadata.study = { of: 'rates' };
    document.cells.unshift({
      cell_type: 'markdown',
      id: 'title',
      metadata: {},
      source: '# Rates'
    });
    document.cells.push({
      cell_type: 'code',
      id: 'scaled',
      metadata: { tags: ['kept'] },
      execution_count: null,
      outputs: [],
      source: 'scaled = 2 * rate'
    });
    return JSON.stringify(document);
  });
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await page.notebook.save();
  return panel;
}

type Open = {
  readonly cells: readonly {
    readonly id: string;
    readonly source: string;
    readonly trusted: boolean;
    readonly outputs: readonly unknown[];
    readonly metadata: Readonly<Record<string, unknown>>;
  }[];
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** The document of the notebook in front, as it is in the browser. */
async function openDocument(page: IJupyterLabPageFixture): Promise<Open> {
  return page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell as unknown as {
      currentWidget: {
        content: {
          model: {
            cells: Iterable<{ trusted: boolean }>;
            sharedModel: {
              cells: { toJSON(): Record<string, unknown> }[];
              metadata: Record<string, unknown>;
            };
          };
        };
      };
    };
    const { cells, sharedModel } = currentWidget.content.model;
    const trusted = [...cells].map(cell => cell.trusted);
    return JSON.parse(
      JSON.stringify({
        metadata: sharedModel.metadata,
        cells: sharedModel.cells.map((cell, index) => ({
          outputs: [],
          ...cell.toJSON(),
          trusted: trusted[index]
        }))
      })
    );
  });
}

const plain = ({ cells, metadata }: Open): unknown => ({
  metadata,
  cells: cells.map(({ trusted: _, ...cell }) => ({
    ...cell,
    metadata: { ...cell.metadata, trusted: undefined }
  }))
});

/** Runs a command of JupyterLab's as its menu or key does. */
async function command(
  page: IJupyterLabPageFixture,
  id: string,
  args: Record<string, string> = {}
): Promise<void> {
  await page.evaluate(
    async ([id, args]) => {
      await window.jupyterapp.commands.execute(id, args);
    },
    [id, args] as const
  );
}

async function setMetadata(
  page: IJupyterLabPageFixture,
  value: string
): Promise<void> {
  await page.evaluate(value => {
    const { currentWidget } = window.jupyterapp.shell as unknown as {
      currentWidget: {
        content: {
          model: {
            sharedModel: { setMetadata(key: string, value: string): void };
          };
        };
      };
    };
    currentWidget.content.model.sharedModel.setMetadata('study', value);
  }, value);
}

async function answerEdits(
  page: IJupyterLabPageFixture,
  button: string
): Promise<void> {
  const question = page.getByRole('dialog', { name: /not saved/i });
  await question.getByRole('button', { name: button, exact: true }).click();
}

test('replace keeps what is open and can be undone whole', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/ways.ipynb`;
  const panel = await recordAndGoOn(page, path);
  await expect(rows(panel)).toHaveCount(1);
  const made = await openDocument(page);
  const kernel = await kernelOf(page);
  // Since then: a cell was edited, one deleted, and the notebook's metadata changed.
  await page.notebook.setCell(2, 'code', 'rate = 0.4  # unsaved');
  await page.notebook.selectCells(4);
  await page.notebook.deleteCells();
  await setMetadata(page, 'other');
  const present = await openDocument(page);
  const onDisk = await fileAt(page, path);

  const dialog = await askRestore(page, rows(panel).first());
  await expect(dialog.getByRole('status')).toContainText(
    '1 cell returns, 1 changes, 3 stay'
  );
  const lines = dialog.getByRole('list', { name: /what would happen/i });
  await expect(lines.getByRole('listitem')).toHaveText([
    /changes\s*rate = 0\.1\s*open now: rate = 0\.4 {2}# unsaved/,
    /returns\s*scaled = 2 \* rate\s*only in r1/,
    /changes\s*the notebook itself\s*metadata\.study/
  ]);
  await dialog.getByRole('radio', { name: 'Replace' }).check();
  await dialog.getByRole('button', { name: 'Replace, keeping r2' }).click();
  await answerEdits(page, 'Cancel');
  expect(await openDocument(page)).toEqual(present);

  const again = await askRestore(page, rows(panel).first());
  await again.getByRole('radio', { name: 'Replace' }).check();
  await again.getByRole('button', { name: 'Replace, keeping r2' }).click();
  await answerEdits(page, 'Restore');
  const told = page.getByText(
    /ways\.ipynb is now r1; what was open is kept as r2/
  );
  await expect(told).toBeVisible();
  const restored = await openDocument(page);
  expect(plain(restored)).toEqual(plain(made));
  // What came back is trusted by nobody yet; what stayed is as it was.
  expect(restored.cells.map(({ trusted }) => trusted)).toEqual(
    made.cells.map(({ id, trusted }) =>
      ['cell-1', 'scaled'].includes(id) ? false : trusted
    )
  );
  expect(await kernelOf(page)).toBe(kernel);
  expect(await fileAt(page, path)).toEqual(onDisk);

  // JupyterLab's own undo brings the cells back in one step, not the metadata.
  await command(page, 'notebook:undo-cell-action');
  const undone = await openDocument(page);
  expect(plain(undone)).toEqual({
    ...(plain(present) as object),
    metadata: made.metadata
  });
  await command(page, 'notebook:redo-cell-action');
  expect(plain(await openDocument(page))).toEqual(plain(made));
  // Ours brings back all of it.
  await page.getByRole('button', { name: 'Undo restore' }).click();
  await expect(page.getByText(/what was open is back/i)).toBeVisible();
  expect(plain(await openDocument(page))).toEqual(plain(present));
  // And undoing is undone by the command.
  await command(page, 'trackbook:undo-restore');
  await expect
    .poll(async () => plain(await openDocument(page)))
    .toEqual(plain(made));
  const answer = await page.request.get(
    `${serverOf(page)}/trackbook/api/notebooks/revisions?notebook_path=${encodeURIComponent(path)}`
  );
  const { revisions } = await answer.json();
  expect(
    revisions
      .filter(({ moment }: { moment: string }) => moment === 'kept')
      .map(({ number }: { number: number }) => number)
  ).toContain(2);
});

test('look, single cells and a copy leave the rest as it is', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/parts.ipynb`;
  const panel = await recordAndGoOn(page, path);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(2, 'code', 'rate = 0.4');
  await page.notebook.selectCells(4);
  await page.notebook.deleteCells();
  await page.notebook.save();
  const present = await openDocument(page);

  // Look: beside the notebook, its output there, nothing to edit.
  let dialog = await askRestore(page, rows(panel).first());
  await dialog.getByRole('radio', { name: 'Look' }).check();
  await dialog.getByRole('button', { name: 'Look at r1' }).click();
  const look = page.locator('.jp-trackbook-look');
  await expect(
    look.getByRole('heading', { name: 'r1 of first' })
  ).toBeVisible();
  await expect(look.getByRole('region', { name: 'Cell 3' })).toContainText(
    'rate = 0.1'
  );
  await expect(
    look.getByRole('group', { name: 'Cell 4, output 1' })
  ).toContainText('0.07');
  await expect(page.locator('.jp-NotebookPanel:visible')).toBeVisible();
  // A cell is taken from there into its place.
  await look.getByRole('button', { name: 'Take cell 5' }).click();
  await expect(page.getByText(/the cell is in parts\.ipynb/i)).toBeVisible();
  await page.notebook.activate('parts.ipynb');
  expect((await openDocument(page)).cells.map(({ source }) => source)).toEqual([
    ...present.cells.map(({ source }) => source),
    'scaled = 2 * rate'
  ]);

  // Single cells: the one that is picked, and no other.
  dialog = await askRestore(page, rows(panel).first());
  await dialog.getByRole('radio', { name: 'Single cells' }).check();
  const none = dialog.getByRole('button', { name: 'Take 0 cells' });
  await expect(none).toBeDisabled();
  await dialog.getByRole('checkbox', { name: 'Take rate = 0.1' }).check();
  await dialog.getByRole('button', { name: 'Take 1 cell' }).click();
  await answerEdits(page, 'Save first, then restore');
  await expect(page.getByText(/one cell of r1 is in parts/i)).toBeVisible();
  const taken = await openDocument(page);
  expect(taken.cells[2]).toMatchObject({ id: 'cell-1', source: 'rate = 0.1' });
  expect(taken.cells[2]?.trusted).toBe(false);
  const saved = (await fileAt(page, path)) as Open;
  expect(saved.cells[2]?.source).toBe('rate = 0.4');

  // A copy, as it was executed.
  dialog = await askRestore(page, rows(panel).first());
  await dialog.getByRole('button', { name: 'As executed' }).click();
  await expect(dialog.getByRole('status')).toContainText(
    'as they were executed'
  );
  await dialog
    .getByRole('button', { name: 'Open parts (first).ipynb' })
    .click();
  await expect(
    page.locator('.jp-NotebookPanel:visible').filter({ hasText: 'rate = 0.1' })
  ).toBeVisible();
  expect(
    ((await fileAt(page, `${tmpPath}/parts (first).ipynb`)) as Open).cells.map(
      ({ source }) => source
    )
  ).toEqual([...PLAIN_CELLS, 'scaled = 2 * rate']);
});

test('the keyboard alone chooses, and axe finds nothing serious', async ({
  page,
  tmpPath
}) => {
  const panel = await recordAndGoOn(page, `${tmpPath}/keys.ipynb`);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(2, 'code', 'rate = 0.4');
  await page.notebook.save();
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    const dialog = await askRestore(page, rows(panel).first());
    await expect(dialog.locator('.cm-changedText').first()).toBeVisible();
    expect.soft(await problems(page), theme).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }

  await rows(panel).first().focus();
  await page.evaluate(() => {
    // It ends when the dialog does.
    void window.jupyterapp.commands.execute('trackbook:restore-current-run');
  });
  const dialog = page.getByRole('dialog', { name: /restore/i });
  const focused = dialog.locator(':focus');
  await expect(focused).toHaveAttribute('value', 'copy');
  await expect(dialog.getByRole('status')).toContainText('1 cell changes');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(focused).toHaveAttribute('value', 'cells');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveRole('checkbox');
  // Enter takes nothing as long as nothing is picked.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Enter');
  await expect(focused).toHaveAttribute('aria-expanded', 'false');
  const take = dialog.getByRole('button', { name: 'Take 1 cell' });
  for (let step = 0; step < 12; step += 1) {
    if (await take.evaluate(node => node === document.activeElement)) {
      break;
    }
    await page.keyboard.press('Tab');
  }
  await expect(take).toBeFocused();
  // The focus stays inside.
  await page.keyboard.press('Tab');
  await expect(focused).toHaveCount(1);
  await take.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/one cell of r1 is in keys/i)).toBeVisible();
  expect((await openDocument(page)).cells[2]?.source).toBe('rate = 0.1');
});

test('secrets come back, one restore at a time, and a deleted file again', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/keys.ipynb`;
  const token = `ghp_${'a1B2'.repeat(10)}`;
  await openNotebook(page, path, [`key = "${token}"`, ...PLAIN_CELLS]);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await page.notebook.setCell(0, 'code', `key = "${token}"\nmore = 1`);
  await page.notebook.save();

  // While one is under way, another one is refused.
  let release = (): void => undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  await page.route('**/revisions/latest*', async route => {
    await held;
    await route.continue();
  });
  const replace = async (): Promise<void> => {
    const dialog = await askRestore(page, rows(panel).first());
    await dialog.getByRole('radio', { name: 'Replace' }).check();
    await dialog.getByRole('button', { name: /^replace, keeping/i }).click();
    await expect(dialog).toHaveCount(0);
  };
  await replace();
  await replace();
  await expect(
    page.getByText(/another restore of keys\.ipynb is under way/i)
  ).toBeVisible();
  release();
  await expect(page.getByText(/keys\.ipynb is now r1/)).toContainText(
    /does not keep the secrets.*keys \(before restore/
  );
  expect((await openDocument(page)).cells[0]?.source).toBe(`key = "${token}"`);
  const folder = (await fileAt(page, tmpPath)) as { name: string }[];
  const beside = folder.find(({ name }) => /\(before restore/.test(name));
  const kept = (await fileAt(page, `${tmpPath}/${beside?.name}`)) as Open;
  expect(kept.cells[0]?.source).toBe(`key = "${token}"\nmore = 1`);
  await page.notebook.save();

  // Closed, it is opened again; deleted, it is written again.
  await page.notebook.close(false);
  let dialog = await askRestore(page, rows(panel).first());
  await expect(dialog.getByRole('status')).toContainText(
    'keys.ipynb is not open.'
  );
  await dialog.getByRole('radio', { name: 'Replace' }).check();
  await expect(dialog.getByRole('status')).not.toContainText('is not open');
  await page.keyboard.press('Escape');
  await page.notebook.activate('keys.ipynb');
  await page.notebook.close(false);
  await page.contents.deleteFile(path);
  dialog = await askRestore(page, rows(panel).first());
  await dialog.getByRole('radio', { name: 'Replace' }).check();
  await dialog.getByRole('button', { name: 'Write keys.ipynb again' }).click();
  await page.notebook.activate('keys.ipynb');
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-CodeCell').first()
  ).toContainText('key = "<redacted>"');

  // From a cell: the button opens the same dialog.
  await waitForIdle(page);
  await page.notebook.setCell(0, 'code', '%load_ext trackbook');
  await page.notebook.setCell(1, 'code', '%track restore @last --look');
  await page.notebook.runCell(0, true);
  await page.notebook.runCell(1, true);
  await page
    .locator('.jp-NotebookPanel:visible')
    .getByRole('button', { name: /^restore the notebook of/i })
    .click();
  dialog = page.getByRole('dialog', { name: /restore/i });
  await expect(dialog.getByRole('radio', { name: 'Look' })).toBeChecked();
});

/** The document as the server has it on the disk. */
async function fileAt(
  page: IJupyterLabPageFixture,
  path: string
): Promise<unknown> {
  const answer = await page.request.get(
    `${serverOf(page)}/api/contents/${encodeURI(path)}`
  );
  expect(answer.ok()).toBe(true);
  return (await answer.json()).content;
}

async function kernelOf(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell as unknown as {
      currentWidget: {
        sessionContext: { session: { kernel: { id: string } } };
      };
    };
    return currentWidget.sessionContext.session.kernel.id;
  });
}

test('a restore that takes long says so and can be stopped', async ({
  page,
  tmpPath
}) => {
  const panel = await recordAndGoOn(page, `${tmpPath}/slow.ipynb`);
  await page.notebook.setCell(1, 'code', 'edited = True');
  await page.notebook.save();
  const before = await openDocument(page);
  const dialog = await askRestore(page, rows(panel).first());
  await dialog.getByRole('radio', { name: /^replace/i }).check();
  const go = dialog.getByRole('button', { name: /^replace/i });
  await expect(go).toBeEnabled();
  await page.route(/\/trackbook\/api\/differences/, async route => {
    await new Promise(resolve => setTimeout(resolve, 3000));
    await route.continue();
  });
  await go.click();
  const toast = page.locator('.Toastify__toast');
  await expect(toast).toContainText('Restoring slow.ipynb…');
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/slow-restore-light.png' });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: 'test-results/slow-restore-dark.png' });
  }
  await toast.getByRole('button', { name: 'Stop' }).click();
  await expect(toast).toContainText('Stopped: slow.ipynb is as it was.');
  expect(await openDocument(page)).toEqual(before);
});
