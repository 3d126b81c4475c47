/**
 * trackbook in JupyterLab's own places: menus, palette, file browser, tabs, shortcuts.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  waitForIdle
} from './story';

/** A notebook with two runs, listed in the panel. */
async function twoRuns(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await openNotebook(page, path, PLAIN_CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.2');
  const panel = await openPanel(page);
  await expect(rows(panel)).toHaveCount(2);
  return panel;
}

/** The items of the menu that is open, by the words that they show. */
function item(page: IJupyterLabPageFixture, name: string | RegExp): Locator {
  return page
    .locator('.lm-Menu.lm-mod-active, .lm-Menu:visible')
    .last()
    .locator('.lm-Menu-item:not(.lm-mod-hidden)')
    .filter({ hasText: name });
}

async function expectOff(entry: Locator): Promise<void> {
  await expect(entry).toHaveClass(/lm-mod-disabled/);
}

async function expectOn(entry: Locator): Promise<void> {
  await expect(entry).toBeVisible();
  await expect(entry).not.toHaveClass(/lm-mod-disabled/);
}

/** Changes one of trackbook's settings, as the Settings Editor does. */
async function setSetting(
  page: IJupyterLabPageFixture,
  key: string,
  value: unknown
): Promise<void> {
  await page.evaluate(
    async ([key, value]) => {
      const settings = await window.galata.getPlugin(
        '@jupyterlab/apputils-extension:settings'
      );
      await settings!.set('trackbook:plugin', key as string, value as string);
    },
    [key, value]
  );
}

test('the menu offers what can be done now, and nothing else', async ({
  page,
  tmpPath
}) => {
  const open = async (): Promise<void> => {
    await page.getByRole('menuitem', { name: 'Trackbook' }).click();
  };
  await open();
  await expectOff(item(page, 'Record Notebook'));
  await expectOff(item(page, 'Open Run'));
  await expectOff(item(page, 'Compare Selected Runs'));
  await expectOn(item(page, 'Show the Runs Panel'));
  await page.keyboard.press('Escape');

  const panel = await twoRuns(page, `${tmpPath}/menus.ipynb`);
  await rows(panel).first().focus();
  await open();
  await expectOn(item(page, 'Stop Recording'));
  await expectOn(item(page, 'Open Run'));
  await expectOff(item(page, 'Compare Selected Runs'));
  await page.keyboard.press('Escape');

  await rows(panel).nth(0).getByRole('checkbox').check();
  await rows(panel).nth(1).getByRole('checkbox').check();
  await open();
  await item(page, 'Compare Selected Runs').click();
  await expect(
    page.getByRole('heading', { name: /compare 2 runs/i })
  ).toBeVisible();
  await panel.getByRole('button', { name: /clear the selection/i }).click();

  // So does the menu of a row, which acts on all that are selected.
  await rows(panel).nth(0).getByRole('checkbox').check();
  // The other one comes in with the menu that stands on it.
  await rows(panel).nth(1).click({ button: 'right' });
  await expectOn(item(page, 'Compare 2 Runs'));
  await page.keyboard.press('Escape');

  await rows(panel).nth(1).getByRole('checkbox').check();
  await rows(panel).nth(1).click({ button: 'right' });
  await item(page, 'Star 2 Runs').click();
  await expect(
    panel.getByRole('button', { name: /^star/i, pressed: true })
  ).toHaveCount(2);
  await rows(panel).nth(0).click({ button: 'right' });
  await item(page, 'Move 2 Runs to Trash').click();
  await expect(rows(panel)).toHaveCount(0);
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(panel)).toHaveCount(2);

  // And a key of the list can be changed like any other.
  await rows(panel).first().focus();
  await page.keyboard.press('j');
  await expect(rows(panel).nth(1)).toBeFocused();
  await page.keyboard.press('c');
  await expect(panel.getByText(/select two runs or more/i)).toBeVisible();

  await page.evaluate(async () => {
    const settings = await window.galata.getPlugin(
      '@jupyterlab/apputils-extension:settings'
    );
    await settings!.set(
      '@jupyterlab/shortcuts-extension:shortcuts',
      'shortcuts',
      [
        {
          command: 'trackbook:previous-run',
          keys: ['N'],
          selector: '.jp-trackbook-list [role="row"]'
        }
      ]
    );
  });
  await expect(async () => {
    await page.keyboard.press('n');
    await expect(rows(panel).first()).toBeFocused({ timeout: 500 });
  }).toPass();
});

test('a notebook is asked about in the file browser and on its tab', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/asked.ipynb`;
  await twoRuns(page, path);
  await page.notebook.close();
  await page.sidebar.openTab('filebrowser');
  await page.filebrowser.openDirectory(tmpPath);
  const file = page
    .locator('.jp-DirListing-item')
    .filter({ hasText: 'asked.ipynb' });
  const choose = async (name: string): Promise<void> => {
    await file.click({ button: 'right' });
    await item(page, name).click();
  };
  await choose('Timeline');
  await expect(
    page.locator('.jp-trackbook-view:visible').getByText(/asked/).first()
  ).toBeVisible();

  await choose('Show Runs of This Notebook');
  await expect(rows(page.locator('#trackbook-panel'))).toHaveCount(2);

  await page.sidebar.openTab('filebrowser');
  await choose('Restore an Earlier Revision…');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Restore an Earlier Revision');
  await dialog.getByRole('button', { name: 'Next' }).click();
  const how = page.getByRole('dialog', { name: 'Restore a notebook' });
  await how.getByRole('button', { name: 'Cancel' }).click();
  await expect(how).toBeHidden();

  // It is opened to be compared.
  await page.sidebar.openTab('filebrowser');
  await choose('Compare with a Revision…');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Compare' })
    .click();
  await expect(
    page.locator('.jp-trackbook-view:visible').getByText(/asked/).first()
  ).toBeVisible();

  await page
    .getByRole('tab', { name: 'asked.ipynb', exact: true })
    .click({ button: 'right' });
  await expectOn(item(page, 'Show Runs of This Notebook'));
  await page.keyboard.press('Escape');

  // Deleted, it comes back from the menu of the folder.
  await page.notebook.close();
  await page.contents.deleteFile(path);
  await page.sidebar.openTab('filebrowser');
  await page.filebrowser.refresh();
  await page
    .locator('.jp-DirListing-content')
    .click({ button: 'right', position: { x: 60, y: 300 } });
  await item(page, 'Restore a Deleted Notebook…').click();
  await expect(dialog).toContainText('Restore a Deleted Notebook');
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect(
    page.getByRole('tab', { name: 'asked.ipynb', exact: true })
  ).toBeVisible();
  expect(await page.contents.fileExists(path)).toBe(true);
});

test('a cell is left out of the recording from its menu', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/skipped.ipynb`, PLAIN_CELLS);
  const cell = page.locator('.jp-NotebookPanel:visible .jp-CodeCell').nth(1);
  const name = 'Leave Cell Out of the Recording';
  await cell.click({ button: 'right' });
  await item(page, name).click();
  const tags = (): Promise<unknown> =>
    page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      const { content } = currentWidget as unknown as {
        content: {
          activeCell: { model: { getMetadata: (key: string) => unknown } };
        };
      };
      return content.activeCell.model.getMetadata('tags') ?? null;
    });
  await expect.poll(tags).toEqual(['trackbook:skip']);
  await cell.click({ button: 'right' });
  await expect(item(page, name)).toHaveClass(/lm-mod-toggled/);
  await item(page, name).click();
  await expect.poll(tags).toBeNull();
});

test('the sheet shows the keys, and settings hold at once', async ({
  page
}) => {
  const panel = await openPanel(page);
  const set = async (key: string, value: unknown): Promise<void> =>
    setSetting(page, key, value);
  await expect(
    panel.getByRole('radio', { name: 'This notebook' })
  ).toBeChecked();
  await set('scope', 'all');
  await expect(
    panel.getByRole('radio', { name: 'All', exact: true })
  ).toBeChecked();

  // A new notebook records from its start.
  await set('recordNewNotebooks', true);
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:create-new', {
      kernelName: 'python3'
    });
  });
  await expect(
    page
      .locator('.jp-NotebookPanel:visible')
      .getByRole('button', { name: /recording/i })
  ).toBeVisible({ timeout: 30_000 });

  await page.menu.clickMenuItem('Help>Trackbook Shortcuts…');
  const sheet = page.getByRole('dialog', { name: /trackbook shortcuts/i });
  await expect(sheet.getByText('Go to the Next Run')).toBeVisible();
  await expect(
    sheet.locator('dl > div').filter({ hasText: 'Star Run' }).locator('kbd')
  ).toHaveText('S');
  expect(await problems(page)).toEqual([]);
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/keys.png' });
  }
  await sheet.getByRole('button', { name: 'Close' }).last().click();
});

test('the launcher has a card for the runs', async ({ page }) => {
  const card = page
    .locator('.jp-Launcher-section')
    .filter({ has: page.getByRole('heading', { name: 'Other' }) })
    .locator('.jp-LauncherCard')
    .filter({ hasText: /^Runs$/ });
  await expect(card).toHaveCount(1);
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/launcher-light.png' });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: 'test-results/launcher-dark.png' });
  }
  await card.click();
  await expect(page.locator('#trackbook-panel')).toBeVisible();
  // The launcher stays: nothing took its place.
  await expect(card).toBeVisible();
});

test('the status bar says what records and leads to it', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/bar.ipynb`, PLAIN_CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  // The panel was never opened.
  const bar = page.locator('.jp-trackbook-status-item');
  await expect(bar).toHaveAccessibleName(
    /^Recording .+, model\.score 0\.07.*: open its page$/
  );
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.screenshot({ path: 'test-results/status-light.png' });
  }
  await bar.click();
  await expect(page.locator('.jp-trackbook-view:visible')).toContainText(
    'bar.ipynb'
  );
  // Its menu opens by keyboard, too.
  await bar.focus();
  await page.keyboard.press('Shift+F10');
  await expectOn(item(page, 'Open Run'));
  await expectOn(item(page, 'Show the Runs Panel'));
  if (process.env['TRACKBOOK_UI_PICTURES']) {
    await page.theme.setDarkTheme();
    await bar.click({ button: 'right' });
    await page.screenshot({ path: 'test-results/status-dark.png' });
  }
  await item(page, 'Stop Recording').click();
  await expect(bar).toHaveCount(0);
});

test('a folder is asked for its runs in the file browser', async ({
  page,
  tmpPath
}) => {
  await page.contents.createDirectory(`${tmpPath}/inner`);
  await twoRuns(page, `${tmpPath}/inner/deep.ipynb`);
  await page.sidebar.openTab('filebrowser');
  await page.filebrowser.openDirectory(tmpPath);
  await page
    .locator('.jp-DirListing-item')
    .filter({ hasText: 'inner' })
    .click({ button: 'right' });
  await item(page, 'Show Runs of This Folder').click();
  const panel = page.locator('#trackbook-panel');
  await expect(panel.getByRole('radio', { name: 'Folder' })).toBeChecked();
  await expect(rows(panel)).toHaveCount(2);
  await expect(panel).toContainText('inner');

  // The empty part of the listing is the folder that it shows: all below it.
  await page.sidebar.openTab('filebrowser');
  await page
    .locator('.jp-DirListing-content')
    .click({ button: 'right', position: { x: 60, y: 300 } });
  await item(page, 'Show Runs of This Folder').click();
  await expect(rows(panel)).toHaveCount(2);
});

test('settings of charts, groups and cells hold at once', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/set.ipynb`, [
    'rate = 0.1',
    [
      'import trackbook',
      'for step in range(20):',
      '    trackbook.log_metric("loss", 1 / (1 + rate * step), step=step)'
    ].join('\n')
  ]);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  const panel = await openPanel(page);
  const group = panel.getByRole('combobox', { name: 'Group by' });
  await expect(group).toHaveValue('day');
  await setSetting(page, 'group', 'status');
  await expect(group).toHaveValue('status');

  const marks = page.locator('.jp-trackbook-cell-mark:visible');
  await page.notebook.selectCells(1);
  await expect(marks).toHaveCount(0);
  await setSetting(page, 'cellMarks', true);
  await expect(marks).toContainText('1 version');
  await setSetting(page, 'cellMarks', false);
  await expect(marks).toHaveCount(0);

  await rows(panel).first().locator('.jp-trackbook-name').click();
  const view = page.locator('.jp-trackbook-view:visible');
  const axis = view.getByRole('combobox', { name: /axis/i });
  const smoothing = view.getByRole('slider', { name: 'smoothing' });
  await expect(axis).toHaveValue('step');
  await setSetting(page, 'chartXAxis', 'relative');
  await setSetting(page, 'chartSmoothing', 0.6);
  await expect(axis).toHaveValue('relative');
  await expect(smoothing).toHaveValue('0.6');
});
