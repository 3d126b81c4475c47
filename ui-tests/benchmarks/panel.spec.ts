/**
 * JupyterLab's start, and the panel: opened and scrolled, as the table is.
 */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import {
  EMPTY,
  FULL,
  SETTLE_MS,
  TURNS,
  framesDuring,
  median,
  openLab,
  report,
  timeUntil
} from './measure';

const OURS = /\/lab\/extensions\/trackbook\//;
const PANEL = 'trackbook:show-panel';
const ROW_OF_TABLE = '.jp-trackbook-runtable .jp-trackbook-row';

test('what JupyterLab’s start grows by', async ({ browser }, info) => {
  const started = async (prepare: (page: Page) => Promise<void>) => {
    const page = await openLab(browser, EMPTY, prepare);
    const ms = await page.evaluate(() => performance.now());
    await page.context().close();
    return ms;
  };
  const withUs: number[] = [];
  const without: number[] = [];
  // The first start of a server reads its files from the disk.
  await started(async () => undefined);
  for (let turn = 0; turn < TURNS; turn += 1) {
    withUs.push(await started(page => editExtensions(page, all => all)));
    without.push(
      await started(page =>
        editExtensions(page, all =>
          all.filter(({ name }) => name !== 'trackbook')
        )
      )
    );
  }
  const grown = median(withUs) - median(without);
  await report(info, {
    what: 'start of JupyterLab grows by',
    value: grown,
    unit: 'ms',
    beside: `${median(without).toFixed(0)} ms without trackbook`,
    goal: '<= 50 ms',
    met: grown <= 50
  });

  let bytes = 0;
  let compressed = 0;
  const page = await openLab(browser, EMPTY, async page => {
    page.on('response', async response => {
      if (OURS.test(response.url())) {
        const body = await response.body();
        const { gzipSync } = await import('node:zlib');
        bytes += body.length;
        compressed += gzipSync(body).length;
      }
    });
  });
  expect(bytes).toBeGreaterThan(0);
  await page.context().close();
  await report(info, {
    what: 'code before the panel is opened',
    value: compressed / 1000,
    unit: 'KB',
    beside: `compressed; ${(bytes / 1000).toFixed(0)} KB as files`,
    goal: '<= 60 KB',
    met: compressed <= 60_000
  });
});

test('the panel opens', async ({ browser }, info) => {
  const opened = async (server: string, shown: string): Promise<number> => {
    const page = await openLab(browser, server);
    await page.waitForTimeout(SETTLE_MS);
    const ms = await timeUntil(page, PANEL, {}, shown);
    await page.context().close();
    return ms;
  };
  const full: number[] = [];
  const empty: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    full.push(await opened(FULL, '.jp-trackbook-row'));
    empty.push(await opened(EMPTY, '.jp-trackbook-state'));
  }
  await report(info, {
    what: 'the panel shows its first rows',
    value: median(full),
    unit: 'ms',
    beside: `${median(empty).toFixed(0)} ms with an empty store`,
    goal: '<= 300 ms',
    met: median(full) <= 300
  });
});

const SCROLLED = [
  ['panel', PANEL, '.jp-trackbook-row', '.jp-trackbook-list'],
  ['table', 'trackbook:open-table', ROW_OF_TABLE, '.jp-trackbook-runtable']
] as const;

for (const [what, command, row, list] of SCROLLED) {
  test(`the ${what} scrolls`, async ({ browser }, info) => {
    const page = await openLab(browser, FULL);
    await timeUntil(page, command, {}, row);
    await page.waitForTimeout(SETTLE_MS);
    await page.locator(list).hover();
    const frames = await framesDuring(page, async () => {
      for (let turn = 0; turn < 300; turn += 1) {
        await page.mouse.wheel(0, 120);
      }
    });
    await page.context().close();
    const longest = Math.max(...frames);
    await report(info, {
      what: `longest frame while the ${what} is scrolled`,
      value: longest,
      unit: 'ms',
      beside: `median ${median(frames).toFixed(1)} ms of ${frames.length}`,
      goal: '<= 50 ms',
      met: longest <= 50
    });
  });
}

type Extension = { readonly name: string };

/**
 * Edits the list of extensions that the page names. What it is compared with goes this
 * way too: a page whose requests are looked at takes nothing from the browser's cache.
 */
async function editExtensions(
  page: Page,
  edit: (all: Extension[]) => Extension[]
): Promise<void> {
  await page.route(/\/lab\?reset$/, async route => {
    const response = await route.fetch();
    const html = await response.text();
    const config =
      /(<script id="jupyter-config-data"[^>]*>)([\s\S]*?)(<\/script>)/;
    await route.fulfill({
      response,
      body: html.replace(config, (_, open, text, close) => {
        const data = JSON.parse(text) as { federated_extensions: Extension[] };
        data.federated_extensions = edit(data.federated_extensions);
        return open + JSON.stringify(data) + close;
      })
    });
  });
}
