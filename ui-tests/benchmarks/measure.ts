/**
 * What the benchmarks of views share: a JupyterLab without a fixture around it, and a
 * figure told with its goal.
 */
import type { Browser, Page, TestInfo } from '@playwright/test';

export const EMPTY = process.env.TRACKBOOK_BENCH_EMPTY ?? '';
export const FULL = process.env.TRACKBOOK_BENCH_FULL ?? '';

/** The median of an odd number of turns says what a user mostly meets. */
export const TURNS = 9;

/** So long JupyterLab goes on to load after it says that it is restored. */
export const SETTLE_MS = 1500;

export async function report(
  info: TestInfo,
  figure: {
    readonly what: string;
    readonly value: number;
    readonly unit: string;
    readonly beside?: string;
    readonly goal: string;
    readonly met: boolean;
  }
): Promise<void> {
  await info.attach('figure', {
    body: JSON.stringify({ beside: '', ...figure }),
    contentType: 'application/json'
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** A new browser profile with JupyterLab open in it, its launcher in front. */
export async function openLab(
  browser: Browser,
  server: string,
  prepare: (page: Page) => Promise<void> = async () => undefined
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }
  });
  const page = await context.newPage();
  await prepare(page);
  // `reset` leaves no tab of an earlier turn open.
  await page.goto(`${server}/lab?reset`);
  await page.waitForSelector('#jupyterlab-splash', { state: 'detached' });
  await page.waitForFunction(() => Boolean(window.jupyterapp));
  await page.evaluate(() => window.jupyterapp.restored);
  return page;
}

export async function execute(
  page: Page,
  command: string,
  args: Record<string, unknown> = {}
): Promise<void> {
  await page.evaluate(
    async ([command, args]) => {
      await window.jupyterapp.commands.execute(command, args as never);
    },
    [command, args] as const
  );
}

/** Milliseconds until `selector` shows something, counted in the page. */
export async function timeUntil(
  page: Page,
  command: string,
  args: Record<string, unknown>,
  selector: string,
  count = 1
): Promise<number> {
  return page.evaluate(
    async ([command, args, selector, count]) => {
      const begun = performance.now();
      void window.jupyterapp.commands.execute(command, args as never);
      while (
        [...document.querySelectorAll(selector)].filter(
          element => element.getClientRects().length > 0
        ).length < count
      ) {
        await new Promise(resolve => requestAnimationFrame(resolve));
      }
      return performance.now() - begun;
    },
    [command, args, selector, count] as const
  );
}

/** How long each frame took, in ms, while something was done. */
export async function framesDuring(
  page: Page,
  act: () => Promise<void>
): Promise<readonly number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frames });
  });
  await act();
  // The first frame began before anything was done.
  return page.evaluate(() =>
    (window as unknown as { frames: number[] }).frames.slice(2)
  );
}

/** The ids of the newest runs of the whole store. */
export async function newestRuns(
  server: string,
  count: number
): Promise<string[]> {
  const answer = await fetch(`${server}/trackbook/api/runs?limit=${count}`);
  const { runs } = (await answer.json()) as { runs: { run_id: string }[] };
  return runs.map(run => run.run_id);
}
