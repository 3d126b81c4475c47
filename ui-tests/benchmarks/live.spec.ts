/**
 * A day of training in little: fifty runs at once, ten points a second each.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';

import { test } from '@playwright/test';

import { EMPTY, openLab, report, timeUntil } from './measure';

const ROOT = path.resolve(__dirname, '../..');
const HOME = path.resolve(__dirname, '../.work/empty/trackbook');
const RUNS = 50;
const SECONDS = 20;
const MINUTES = Number(process.env.TRACKBOOK_BENCH_MINUTES ?? '5');

test('fifty live runs', async ({ browser }, info) => {
  test.setTimeout((MINUTES + 10) * 60_000);
  const page = await openLab(browser, EMPTY);
  const training = spawn(
    'python',
    ['-m', 'benchmarks.live_runs', HOME, '--runs', String(RUNS)],
    { cwd: ROOT, stdio: ['pipe', 'ignore', 'inherit'] }
  );
  try {
    await timeUntil(page, 'trackbook:show-panel', {}, '.jp-trackbook-row', 10);
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable');
    const read = async (name: string): Promise<number> => {
      const { metrics } = await client.send('Performance.getMetrics');
      return metrics.find(metric => metric.name === name)?.value ?? NaN;
    };
    const heap = async (): Promise<number> => {
      await client.send('HeapProfiler.collectGarbage');
      return read('JSHeapUsedSize');
    };
    const busy = async (seconds: number): Promise<number> => {
      const before = await read('TaskDuration');
      await page.waitForTimeout(seconds * 1000);
      return ((await read('TaskDuration')) - before) / seconds;
    };

    await page.waitForTimeout(5000);
    const list = await busy(SECONDS);
    await report(info, {
      what: 'page with 50 live runs in its list',
      value: list * 100,
      unit: '%',
      beside: 'of a core',
      goal: '<= 30 %',
      met: list <= 0.3
    });

    const begun = await heap();
    await page.waitForTimeout(MINUTES * 60_000);
    const grown = ((await heap()) - begun) / 1e6;
    await report(info, {
      what: `memory after ${MINUTES} minutes grows by`,
      value: grown,
      unit: 'MB',
      beside: `from ${(begun / 1e6).toFixed(0)} MB`,
      goal: '<= 20 MB',
      met: grown <= 20
    });
  } finally {
    training.stdin.end();
    await page.context().close();
  }
});
