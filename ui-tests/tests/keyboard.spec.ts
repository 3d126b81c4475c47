/**
 * The way through trackbook by keyboard alone: every place can be reached, is seen to
 * have the focus, and is left to where one came from.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  attempt,
  openNotebook,
  pressRecord,
  rows,
  waitForIdle
} from './story';

/** What has the focus, in a word, and whether it can be seen. */
type Focused = { readonly what: string; readonly isSeen: boolean };

async function focused(page: IJupyterLabPageFixture): Promise<Focused> {
  return page.evaluate(() => {
    const node = document.activeElement as HTMLElement;
    const isOutlined = (element: Element | null): boolean => {
      if (element === null) {
        return false;
      }
      const isRinged = (pseudo?: string): boolean => {
        const { outlineStyle, outlineWidth } = getComputedStyle(
          element,
          pseudo
        );
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
      };
      return isRinged() || isRinged('::after');
    };
    const label =
      node.getAttribute('aria-label') ??
      node.getAttribute('title') ??
      node.textContent?.trim().slice(0, 40);
    return {
      what: `${node.tagName.toLowerCase()}.${node.className} “${label}”`,
      isSeen:
        isOutlined(node) ||
        isOutlined(node.parentElement) ||
        // An editor draws its own cursor.
        node.closest('.cm-editor') !== null
    };
  });
}

/** Walks with Tab through what stands inside `place`; what can't be seen comes back. */
async function tabThrough(
  page: IJupyterLabPageFixture,
  place: Locator,
  most = 90
): Promise<{ readonly met: string[]; readonly unseen: string[] }> {
  const met: string[] = [];
  const unseen: string[] = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const isInside = await place.evaluate(node =>
      node.contains(document.activeElement)
    );
    if (!isInside) {
      break;
    }
    const { what, isSeen } = await focused(page);
    met.push(what);
    if (!isSeen) {
      unseen.push(what);
    }
  }
  return { met, unseen };
}

test('everything is reached, seen and left by keyboard alone', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/walk.ipynb`, PLAIN_CELLS);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await attempt(page, '0.2');
  await page.locator('.jp-NotebookPanel:visible .jp-Cell').first().click();
  // From here on no pointer.
  await page.mouse.move(1430, 500);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  const toPanel = async (): Promise<void> => {
    await press('Control+k');
    // JupyterLab misses the second key of a chord where no hand could be so quick.
    await page.waitForTimeout(100);
    await press('l');
  };
  const panel = page.locator('#trackbook-panel');
  const view = page.locator('.jp-trackbook-view:visible');
  const row = (name: string): Locator =>
    rows(panel).filter({ hasText: name }).first();
  const expectAllSeen = async (place: Locator, least: number) => {
    const { met, unseen } = await tabThrough(page, place);
    expect(unseen).toEqual([]);
    expect(met.length).toBeGreaterThanOrEqual(least);
  };

  // The panel, and back to the notebook.
  await press('Escape');
  await toPanel();
  await expect(row('rate 0.2')).toBeFocused();
  await press('Escape');
  await expect(
    page.locator('.jp-Notebook :focus, .jp-Notebook:focus')
  ).toHaveCount(1);
  await toPanel();
  await expect(row('rate 0.2')).toBeFocused();

  // Search: Escape empties it, then leaves it.
  await press('/');
  const search = panel.getByRole('combobox', { name: 'Search runs' });
  await expect(search).toBeFocused();
  expect((await focused(page)).isSeen).toBe(true);
  await page.keyboard.type('params.rate > 0.15');
  await press('Enter');
  await expect(rows(panel)).toHaveCount(1);
  await press('Escape');
  await expect(rows(panel)).toHaveCount(2);
  await press('Escape');
  await expect(row('rate 0.2')).toBeFocused();

  // All of the panel, from its head to its foot.
  await press('j');
  await press('x');
  await press('k');
  await press('x');
  await panel.getByRole('radio', { name: 'This notebook' }).focus();
  await expectAllSeen(panel, 12);

  // Compare, a difference, and back the same way.
  await toPanel();
  await row('rate 0.2').focus();
  await press('c');
  const compare = view.getByRole('heading', { name: 'Compare 2 runs' });
  await expect(compare).toBeVisible();
  await expect(view.locator('.cm-content').first()).toBeVisible();
  await expect(view).toBeFocused();
  await expectAllSeen(view, 20);
  const cells = view.getByRole('button', { name: 'edited', exact: true });
  await cells.focus();
  await press('Enter');
  await expect(compare).toBeHidden();
  await expect(view.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAllSeen(view, 3);
  await view.focus();
  await press('Alt+w');
  await expect(cells).toBeFocused();
  await press('Alt+w');
  await expect(row('rate 0.2')).toBeFocused();

  // A run's page, and how to restore its notebook.
  await press('Enter');
  const restore = view.getByRole('button', { name: 'Restore notebook…' });
  await expect(restore).toBeVisible();
  await expectAllSeen(view, 20);
  await restore.focus();
  await press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Restore a notebook' });
  await expect(dialog.getByRole('radio', { checked: true })).toBeFocused();
  await expect(dialog.getByRole('button', { name: /^Open/ })).toBeEnabled();
  for (let step = 0; step < 8; step += 1) {
    await press('Tab');
    await expect(dialog.locator(':focus')).toHaveCount(1);
    expect(await focused(page)).toMatchObject({ isSeen: true });
  }
  await press('Escape');
  await expect(dialog).toBeHidden();
  await expect(restore).toBeFocused();
  // The list can be gone to and come back from without closing anything.
  await toPanel();
  await expect(row('rate 0.2')).toBeFocused();
  await press('Escape');
  await press('Escape');
  await expect(
    view.locator(':focus').or(view.and(page.locator(':focus')))
  ).toHaveCount(1);
  await press('Alt+w');
  await expect(row('rate 0.2')).toBeFocused();

  // A chart.
  await press('x');
  await press('v');
  await expect(view.locator('.jp-trackbook-legend-item').first()).toBeVisible();
  await expectAllSeen(view, 8);
  await view.focus();
  await press('Alt+w');
  await expect(row('rate 0.2')).toBeFocused();
  await expect(view).toHaveCount(0);
});
