/**
 * Twenty runs of 100,000 points each: charted, and zoomed into.
 */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import {
  FULL,
  TURNS,
  median,
  newestRuns,
  openLab,
  report,
  timeUntil
} from './measure';

const RUNS = 20;
const PLOT = `.jp-trackbook-plot[data-lines="${RUNS}"]`;

test('twenty long runs are charted, and zoomed into', async ({
  browser
}, info) => {
  const charted: number[] = [];
  const zoomed: number[] = [];
  const sharp: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const page = await openLab(browser, FULL);
    const runIds = await newestRuns(FULL, RUNS);
    expect(runIds).toHaveLength(RUNS);
    charted.push(
      await timeUntil(page, 'trackbook:chart', { runIds, key: 'loss' }, PLOT)
    );
    const zoom = await timeZoom(page);
    zoomed.push(zoom.drawn);
    sharp.push(zoom.sharp);
    await page.context().close();
  }
  await report(info, {
    what: 'a chart of 20 runs of 100,000 points',
    value: median(charted),
    unit: 'ms',
    goal: '<= 1000 ms',
    met: median(charted) <= 1000
  });
  await report(info, {
    what: 'it is zoomed',
    value: median(zoomed),
    unit: 'ms',
    beside: `${median(sharp).toFixed(0)} ms until read again in detail`,
    goal: '<= 200 ms',
    met: median(zoomed) <= 200
  });
});

/** From a key to the frame that shows the part, and to the one after its points came. */
async function timeZoom(page: Page): Promise<{ drawn: number; sharp: number }> {
  await page.locator(PLOT).first().focus();
  return page
    .locator(PLOT)
    .first()
    .evaluate(async plot => {
      const frame = (): Promise<number> => new Promise(requestAnimationFrame);
      const before = plot.getAttribute('data-domain');
      const started = performance.now();
      plot.dispatchEvent(
        new KeyboardEvent('keydown', { key: '+', bubbles: true })
      );
      while (plot.getAttribute('data-domain') === before) {
        await frame();
      }
      await frame();
      await frame();
      const drawn = performance.now() - started;
      const came = (): boolean =>
        performance
          .getEntriesByType('resource')
          .some(({ name }) => /\/points\?.*from=/.test(name));
      while (!came()) {
        await frame();
      }
      await frame();
      await frame();
      return { drawn, sharp: performance.now() - started };
    });
}
