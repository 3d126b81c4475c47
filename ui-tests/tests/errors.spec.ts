/**
 * What goes wrong, and what is odd: failing cells, names, the trash, half an installation.
 */
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

test('a training cell that raises gives a failed run with the name of its error', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/raises.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '2');

  // It may still be mended, so the attempt is open; but what happened is said.
  await expect(rows(panel)).toHaveCount(2);
  const failed = rows(panel).first();
  await expect(failed).toContainText('rate 2');
  await expect(failed).toContainText('ValueError');
  await expect(failed.getByRole('img', { name: /^open/ })).toBeVisible();

  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await waitForIdle(page);
  await expect(failed.getByRole('img', { name: 'failed' })).toBeVisible();
  await expect(failed).toContainText('ValueError');
  await failed.locator('.jp-trackbook-name').click();
  await expect(page.locator('.jp-trackbook-page:visible')).toContainText(
    'ValueError: a rate of 2 is too high'
  );
});

test('a name of emoji, quotes and HTML stands there as text', async ({
  page,
  tmpPath
}) => {
  const alerts: string[] = [];
  page.on('dialog', dialog => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await openNotebook(page, `${tmpPath}/named.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);

  const name = `🚀 "best" 'so far' ../<b>bold</b> <img src=x onerror="alert('x')">`;
  await rows(panel).first().locator('.jp-trackbook-name').dblclick();
  const field = panel.getByRole('textbox', { name: /name of the run/i });
  await field.fill(name);
  await field.press('Enter');
  await expect(rows(panel).first().locator('.jp-trackbook-name')).toHaveText(
    name
  );

  await rows(panel).first().locator('.jp-trackbook-name').click();
  const shown = page.locator('.jp-trackbook-page:visible');
  await expect(shown.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(
    page.locator('#jp-main-dock-panel .lm-TabBar-tabLabel', { hasText: name })
  ).toBeVisible();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);

  // The copy has a name that is a file's, in the notebook's own folder.
  await shown.getByRole('button', { name: 'Open notebook as copy' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-CodeCell')
  ).toHaveCount(3);
  const files = await page.contents.getContentMetadata(tmpPath, 'directory');
  expect(
    files?.content.map((file: { name: string }) => file.name)
  ).toHaveLength(2);
  expect(alerts).toEqual([]);
});

test('a run goes to the trash and comes back', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/trash.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.2');
  await expect(rows(panel)).toHaveCount(2);

  // Undone at once.
  await moveFirstToTrash();
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(panel)).toHaveCount(2);
  await expect(rows(panel).first()).toContainText('rate 0.2');

  // Put back later.
  await moveFirstToTrash();
  await panel.getByRole('button', { name: 'Trash', exact: true }).click();
  await expect(panel.getByRole('heading', { name: 'Trash' })).toBeVisible();
  await expect(rows(panel)).toHaveCount(1);
  await rows(panel).first().getByRole('checkbox').check();
  await panel.getByRole('button', { name: 'Put back' }).click();
  await expect(panel).toContainText('The trash is empty.');
  await panel.getByRole('button', { name: 'Leave trash' }).click();
  await expect(rows(panel)).toHaveCount(2);
  await expect(rows(panel).first()).toContainText('rate 0.2');

  async function moveFirstToTrash(): Promise<void> {
    await rows(panel).first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Move Run to Trash' }).click();
    await expect(rows(panel)).toHaveCount(1);
    await expect(rows(panel).first()).not.toContainText('rate 0.2');
  }
});

test('a Jupyter server without the server half is told how to get it', async ({
  page,
  tmpPath
}) => {
  // What Jupyter answers where no extension has taken the route.
  await page.route('**/trackbook/api/**', route =>
    route.fulfill({
      status: 404,
      contentType: 'text/html',
      body: '<h1>Not Found</h1>'
    })
  );
  await page.reload();
  await openNotebook(page, `${tmpPath}/alone.ipynb`, PLAIN_CELLS);
  const panel = await openPanel(page);
  await expect(panel.getByRole('alert')).toContainText(
    'The server half of trackbook is not running.'
  );
  await expect(
    panel.getByText('jupyter server extension enable trackbook_server', {
      exact: true
    })
  ).toBeVisible();

  // The notebook itself works on.
  await page.notebook.run();
  await waitForIdle(page);
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-CodeCell .jp-OutputArea').last()
  ).toContainText('0.07');

  // And when the server half is there, the list is.
  await page.unroute('**/trackbook/api/**');
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel).toContainText(/no runs/i);
});
