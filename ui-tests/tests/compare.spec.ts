/**
 * Many runs put side by side: what differs, against a run of choice.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { problems } from './axe';
import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  openNotebook,
  pressRecord,
  runCell,
  serverOf,
  waitForIdle
} from './story';

/** A notebook that draws a picture, logs a file and gives a score. */
const DRAWING = [
  PLAIN_CELLS[0]!,
  'rate = 0.1',
  [
    'import struct, zlib, trackbook',
    'from IPython.display import Image, display',
    'def chunk(kind, data):',
    '    body = kind + data',
    '    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))',
    'def picture(shade, size=160):',
    '    rows = (b"\\0" + bytes([shade, 120, 200]) * size) * size',
    '    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)',
    '    return (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head)',
    '            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))'
  ].join('\n'),
  [
    'model = Model(rate)',
    'display(Image(picture(int(rate * 255))))',
    'trackbook.log_input([{"x": n} for n in range(int(rate * 10))], name="train")',
    'trackbook.log_text(f"model {rate}", "notes.txt")',
    'model.score(0.7)'
  ].join('\n')
];

/** Runs logged by hand, so that two hundred of them take seconds. */
const LOGGING = [
  'import trackbook',
  'for i in range(200):',
  '    with trackbook.start_run(f"attempt {i:03}"):',
  '        trackbook.log_params({f"p{k:03}": i if k % 100 == 0 else k for k in range(400)})',
  '        trackbook.log_metrics({"val_acc": 0.8 + (i * 7 % 200) / 1000})'
].join('\n');

/** The ids of a notebook's runs, the oldest first, as soon as there are so many. */
async function runIds(
  page: IJupyterLabPageFixture,
  path: string,
  count: number
): Promise<string[]> {
  let ids: string[] = [];
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(
          `${serverOf(page)}/trackbook/api/runs`,
          { params: { limit: 500, sort: 'started_at', notebook_path: path } }
        );
        const { runs } = await answer.json();
        ids = runs
          .filter((run: { main_metric: unknown }) => run.main_metric !== null)
          .map((run: { run_id: string }) => run.run_id);
        return ids.length;
      },
      { timeout: 60_000 }
    )
    .toBe(count);
  return ids;
}

async function compare(
  page: IJupyterLabPageFixture,
  ids: readonly string[]
): Promise<Locator> {
  await page.evaluate(async runIds => {
    await window.jupyterapp.commands.execute('trackbook:compare', { runIds });
  }, ids);
  const view = page.locator('.jp-trackbook-page:visible');
  await expect(
    view.getByRole('heading', { name: `Compare ${ids.length} runs` })
  ).toBeVisible();
  return view;
}

test('what differs among runs, on one page, against a run of choice', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/compare.ipynb`;
  await openNotebook(page, path, DRAWING);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  for (const rate of ['0.5', '0.3']) {
    await page.notebook.setCell(1, 'code', `rate = ${rate}`);
    await runCell(page, 1);
    await runCell(page, 3);
  }
  const ids = await runIds(page, path, 3);
  const view = await compare(page, ids);
  await expect(view.locator('.jp-trackbook-sentence')).toHaveText(
    'Of 3 runs, “rate 0.5” was best: model.score 0.35, +0.28 against “first”; what differs: rate 0.1, 0.5 or 0.3.'
  );
  const table = view.getByRole('table', { name: 'What differs' });
  const section = (name: RegExp): Locator => view.getByRole('button', { name });
  for (const name of [
    /^Params 1 of \d+ differ/,
    /^Inputs 1 of 1 differ/,
    /^Environment \d of \d+ differ/,
    /^Cells 1 of 4 differ/,
    /^Figures 1 of 1 differ/,
    /^Artifacts 1 of 1 differ/
  ]) {
    await expect(section(name)).toBeVisible();
  }
  const score = table.getByRole('row', { name: /^model.score/ });
  await expect(score).toContainText('+0.28');
  await expect(score.locator('.jp-mod-better').first()).toBeVisible();
  await expect(table.getByRole('img')).toHaveCount(3);
  await page.screenshot({ path: 'test-results/compare-light.png' });
  expect(await problems(page)).toEqual([]);
  await page.theme.setDarkTheme();
  await page.screenshot({ path: 'test-results/compare-dark.png' });
  expect(await problems(page)).toEqual([]);
  await page.theme.setLightTheme();

  // A picture large, then the next run's.
  await table.getByRole('img').first().click();
  const large = page.getByRole('dialog', { name: 'Figures' });
  await expect(large).toContainText('1 of 3');
  await page.keyboard.press('ArrowRight');
  await expect(large).toContainText('2 of 3');
  await page.screenshot({ path: 'test-results/compare-large.png' });
  await page.keyboard.press('Escape');
  await expect(large).toHaveCount(0);

  await view.getByRole('combobox', { name: /^compared with/ }).selectOption({
    label: 'rate 0.5'
  });
  await expect(score).toContainText('−0.28');
  await view.getByRole('combobox', { name: 'order' }).selectOption({
    label: 'model.score, best first'
  });
  await expect(table.getByRole('columnheader')).toContainText([
    '',
    /rate 0.5/,
    /rate 0.3/,
    /first/
  ]);
  await view
    .getByRole('searchbox', { name: 'Find in the comparison' })
    .fill('PYTHON');
  await expect(table.getByRole('row', { name: /^python 3/ })).toBeVisible();
  await view
    .getByRole('searchbox', { name: 'Find in the comparison' })
    .fill('');
  await view.getByRole('button', { name: 'Runs as rows' }).click();
  await expect(table.getByRole('rowheader')).toHaveCount(3);
  await page.screenshot({ path: 'test-results/compare-rows.png' });
  // JupyterLab writes its layout down a moment later.
  const kept = page.waitForRequest(
    request =>
      request.method() === 'PUT' &&
      request.url().includes('/api/workspaces/') &&
      JSON.stringify(request.postDataJSON()).includes(
        `"runIds":["${ids[0]}","${ids[1]}"]`
      )
  );
  await view.getByRole('button', { name: 'Leave out rate 0.3' }).click();
  await expect(
    view.getByRole('heading', { name: 'Compare 2 runs' })
  ).toBeVisible();

  // What was chosen is there again after a reload.
  await kept;
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await expect(
    view.getByRole('heading', { name: 'Compare 2 runs' })
  ).toBeVisible({ timeout: 60_000 });
  await expect(
    view.getByRole('combobox', { name: /^compared with/ }).locator(':checked')
  ).toHaveText('rate 0.5');
  await expect(
    view.getByRole('button', { name: 'Runs as rows' })
  ).toHaveAttribute('aria-pressed', 'true');
});

test('two hundred runs of four hundred params are compared and scrolled', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/many.ipynb`;
  await openNotebook(page, path, ['%load_ext trackbook', LOGGING]);
  await runCell(page, 0);
  await runCell(page, 1);
  const ids = await runIds(page, path, 200);
  const started = Date.now();
  const view = await compare(page, ids);
  const table = view.getByRole('table', { name: 'What differs' });
  await expect(table.getByRole('cell').first()).toBeVisible();
  const opened = Date.now() - started;
  await view.getByRole('button', { name: 'Everything' }).click();
  const asRows = view.getByRole('button', { name: 'Runs as rows' });
  await expect(asRows).toHaveAttribute('aria-pressed', 'true');
  await page.screenshot({ path: 'test-results/compare-many-rows.png' });
  await asRows.click();
  await expect(table.getByRole('row', { name: /^p001/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /^p399/ })).toHaveCount(0);
  const frames = await table.evaluate(async node => {
    const times: number[] = [];
    let before = performance.now();
    for (let step = 0; step < 60; step += 1) {
      node.scrollTop += 180;
      node.scrollLeft += 220;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - before);
      before = now;
    }
    return times.sort((a, b) => a - b);
  });
  const middle = frames[Math.floor(frames.length / 2)]!;
  test.info().annotations.push({
    type: 'measured',
    description: `opened in ${opened} ms; a frame while scrolling: ${middle.toFixed(0)} ms, at worst ${frames.at(-1)!.toFixed(0)} ms`
  });
  expect(await table.getByRole('cell').count()).toBeLessThan(2_500);
  await page.screenshot({ path: 'test-results/compare-many.png' });
});
