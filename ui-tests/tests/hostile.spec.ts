/**
 * Names, notes, params, outputs and files of someone who means harm: shown as what they
 * are, without running, fetching or holding up anything.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, test } from './fixtures';
import { openNotebook, runCell, serverOf } from './story';

const EVIL = 'https://evil.invalid';
const SCRIPT = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const NOTE = [
  `${SCRIPT} **bold**`,
  `![pixel](${EVIL}/note.png) <img src="${EVIL}/raw.png">`,
  '[click](javascript:window.hacked=1)',
  '<a href="#" data-commandlinker-command="application:close">close</a>',
  `<table background="${EVIL}/table.png"><tr><td>cell</td></tr></table>`
].join('\n\n');

const CELLS = [
  'import trackbook\n%load_ext trackbook',
  [
    'from IPython.display import HTML, SVG, Javascript, display',
    'import pathlib',
    `evil = ${JSON.stringify(EVIL)}`,
    `script = ${JSON.stringify(SCRIPT)}`,
    'rows = "".join(f"<tr><td>{n}</td><td>{n * n}</td></tr>" for n in range(10_000))',
    'pathlib.Path("page.html").write_text(script + f"<p>a page</p><img src=\'{evil}/page.png\'><meta http-equiv=refresh content=\'0;url={evil}/away\'>")',
    'for number in range(2):',
    '    with trackbook.start_run(f"{number} {script}"):',
    '        trackbook.log_params({script: script, "long": "x" * 1_000_000, "lr": number})',
    '        trackbook.log_metric("acc", 0.5 + number / 10)',
    '        trackbook.set_tag(script, script)',
    '        trackbook.log_artifact("page.html")',
    '        trackbook.log_text(script + "\\n" * 3, "notes.md")',
    "        display(HTML(f\"<b>seen</b>{script}<img src='{evil}/output.png'><p style='background:url({evil}/style.png)'>x</p>\"))",
    '        display(SVG(f\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.hacked=1"><script>window.hacked=1</script><image href="{evil}/svg.png" width="9" height="9"/><rect width="9" height="9"/></svg>\'))',
    '        display(Javascript("window.hacked=1"))',
    '        display(HTML(f"<table>{rows}</table>"))'
  ].join('\n')
];

async function execute(
  page: IJupyterLabPageFixture,
  command: string,
  args: Record<string, string | string[]>
): Promise<void> {
  await page.evaluate(
    async ({ id, given }) => {
      await window.jupyterapp.commands.execute(id, given);
    },
    { id: command, given: args }
  );
}

test('what is hostile does no harm on the pages of runs', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/hostile.ipynb`;
  await openNotebook(page, path, CELLS);
  await runCell(page, 0);
  await runCell(page, 1);
  const api = `${serverOf(page)}/trackbook/api`;
  let ids: string[] = [];
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${api}/runs`, {
          params: { notebook_path: path, sort: 'started_at' }
        });
        const { runs } = await answer.json();
        ids = runs
          .filter(({ name }: { name: string }) => name.includes('script'))
          .map(({ run_id }: { run_id: string }) => run_id);
        return ids.length;
      },
      { timeout: 30_000 }
    )
    .toBe(2);
  await page.evaluate(
    async ({ url, note }) => {
      const token = /_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
      await fetch(url, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'X-XSRFToken': token },
        body: JSON.stringify({ note })
      });
    },
    { url: `${api}/runs/${ids[1]}`, note: NOTE }
  );
  // The notebook itself trusts what it has just run; these pages must not.
  await page.notebook.close(true);
  const options = { waitForIsReady: false, timeout: 60_000 };
  await page.reload(options);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);

  const foreign: string[] = [];
  page.on('request', request => {
    if (!new URL(request.url()).hostname.match(/^(127\.0\.0\.1|localhost|)$/)) {
      foreign.push(request.url());
    }
  });
  const dialogs: string[] = [];
  page.on('dialog', dialog => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });

  const started = Date.now();
  await execute(page, 'trackbook:open-run', { runId: ids[1]! });
  const view = page.locator('.jp-trackbook-page:visible');
  await expect(view.locator('.jp-trackbook-run-name')).toContainText(
    '<script>'
  );
  const opened = Date.now() - started;
  const note = view.locator('.jp-trackbook-note');
  await expect(note.locator('strong')).toHaveText('bold');
  await expect(note).toContainText(`${EVIL}/note.png`);
  await note.getByText('click', { exact: true }).click();
  await note.getByText('close', { exact: true }).click();
  await expect(view).toBeVisible();
  // Everything of the page is opened.
  for (const name of [/^long/, /outputs?|figure/i, /page.html/, /notes.md/]) {
    await view.getByRole('button', { name, expanded: false }).first().click();
  }
  await view.getByRole('button', { name: 'Show', exact: true }).last().click();
  await expect(
    view.frameLocator('.jp-trackbook-artifact-page').getByText('a page')
  ).toBeVisible();
  await page.screenshot({ path: 'test-results/hostile-run.png' });

  await execute(page, 'trackbook:compare', { runIds: ids });
  await expect(
    view.getByRole('heading', { name: 'Compare 2 runs' })
  ).toBeVisible();
  await view.getByRole('button', { name: 'Everything' }).click();
  await expect(view.getByRole('row', { name: /^<img/ }).first()).toBeVisible();
  await page.screenshot({ path: 'test-results/hostile-compare.png' });
  await page.sidebar.openTab('trackbook-panel');
  await expect(
    page
      .locator('#trackbook-panel')
      .getByRole('row')
      .getByText('<script>')
      .first()
  ).toBeVisible();

  expect(foreign).toEqual([]);
  expect(dialogs).toEqual([]);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  // A megabyte of a param and ten thousand rows are not in the page.
  const held = await page.evaluate(() => document.body.innerHTML.length);
  expect(held).toBeLessThan(5_000_000);
  test.info().annotations.push({
    type: 'measured',
    description: `opened in ${opened} ms, ${held} characters`
  });
});
