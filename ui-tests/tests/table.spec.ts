/**
 * The runs as a table over the whole width: sorted, widened, selected, searched, saved.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { readFile } from 'node:fs/promises';

import { problems } from './axe';
import { expect, test } from './fixtures';
import { openNotebook, openPanel, rows, runCell } from './story';

const COUNT = 120;

/** Runs with a few params that matter and hundreds that vary all the same. */
function logging(count: number, first = 0, params = 100): string {
  return [
    'import trackbook',
    `for number in range(${first}, ${first + count}):`,
    '    with trackbook.start_run(f"try {number}"):',
    '        trackbook.log_params({"lr": [0.1, 0.01, 0.003][number % 3], "seed": number})',
    `        trackbook.log_params({f"p{i:03d}": i * (number % 2 + 1) for i in range(${params})})`,
    '        trackbook.log_metric("val_acc", round(0.5 + (number * 37 % 100) / 250, 4))',
    '        trackbook.log_metric("loss", round(1 / (number + 2), 4))',
    '        trackbook.set_tag("team", ["red", "blue"][number % 2])'
  ].join('\n');
}

async function openTable(page: IJupyterLabPageFixture): Promise<Locator> {
  const panel = await openPanel(page);
  await panel.getByRole('button', { name: 'Table' }).click();
  const table = page.locator('#trackbook-table');
  await expect(table.getByRole('treegrid')).toBeVisible();
  return table;
}

/** The texts of a column, as far as its rows are drawn. */
async function cells(table: Locator, place: number): Promise<string[]> {
  return table
    .locator(`.jp-trackbook-row [aria-colindex="${place}"]`)
    .allInnerTexts();
}

async function picture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  const folder = process.env['TRACKBOOK_PICTURES'];
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}-light.png` });
    await page.theme.setDarkTheme();
    await page.screenshot({ path: `${folder}/${name}-dark.png` });
    await page.theme.setLightTheme();
  }
}

test('the runs are a table of all that varies', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/wide.ipynb`, [
    '%load_ext trackbook',
    logging(COUNT),
    logging(1, COUNT, 2)
  ]);
  await runCell(page, 0);
  await runCell(page, 1);
  const table = await openTable(page);
  const head = (name: string | RegExp): Locator =>
    table.getByRole('columnheader', { name });
  const grid = table.getByRole('treegrid');
  await expect(grid).toHaveAttribute('aria-colcount', '47');
  await expect(rows(table).first()).toContainText('try 119', {
    timeout: 60_000
  });

  await test.step('no more is drawn than is in sight', async () => {
    expect(await rows(table).count()).toBeLessThan(60);
    expect(await table.getByRole('columnheader').count()).toBeLessThan(30);
    await picture(page, 'table');
    expect(await problems(page)).toEqual([]);
  });

  await test.step('a click on a head sorts, Shift sorts further', async () => {
    await head('Metric').getByRole('button').click();
    await expect(head(/Metric/)).toHaveAttribute('aria-sort', 'descending');
    await expect(rows(table).first().locator('.jp-mod-best')).toHaveText(
      '0.8960'
    );
    await head('lr').getByRole('button').click();
    await head('Metric')
      .getByRole('button')
      .click({ modifiers: ['Shift'] });
    await expect(head(/lr/)).toHaveAttribute('aria-sort', 'ascending');
    await expect(head(/Metric/)).toHaveAttribute('aria-sort', 'other');
    await page.mouse.move(5, 5);
    await expect
      .poll(async () => [...new Set((await cells(table, 7)).slice(0, 8))])
      .toEqual(['0.003']);
    await expect
      .poll(async () => {
        const numbers = (await cells(table, 4))
          .slice(0, 8)
          .map(text => Number(text.split('\n').pop()));
        const isDown = numbers.every(
          (number, at) => at === 0 || number <= (numbers[at - 1] ?? 2)
        );
        return isDown && numbers.length === 8;
      })
      .toBe(true);
  });

  await test.step('a column is made wider, by mouse and by keys', async () => {
    const edge = table.getByRole('separator', { name: 'Width of lr' });
    await expect(edge).toHaveAttribute('aria-valuenow', '110');
    const box = (await edge.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 8, { steps: 3 });
    await page.mouse.up();
    await expect(edge).toHaveAttribute('aria-valuenow', '170');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect(edge).toHaveAttribute('aria-valuenow', '120');
  });

  await test.step('names stay while columns go by', async () => {
    await head(/lr/).getByRole('button').focus();
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('ArrowRight');
    }
    await expect(head('p030')).toBeVisible();
    await expect(head('p030').getByRole('button')).toBeFocused();
    await expect(
      rows(table).first().locator('.jp-trackbook-name')
    ).toBeInViewport();
    expect(await table.getByRole('columnheader').count()).toBeLessThan(30);
    await picture(page, 'table-scrolled');
  });

  await test.step('runs are selected and edited from here', async () => {
    await rows(table).nth(1).focus();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+j');
    await page.keyboard.press('Shift+j');
    await expect(table.getByText('3 selected')).toBeVisible();
    await rows(table)
      .nth(5)
      .click({ modifiers: ['Control'], position: { x: 70, y: 12 } });
    await expect(table.getByText('4 selected')).toBeVisible();
    await page.keyboard.press('Delete');
    await expect(table.getByText('4 runs moved to the trash')).toBeVisible();
    await table.getByRole('button', { name: 'Undo' }).click();
    await expect(table.getByText('moved to the trash')).toBeHidden();
    await page.keyboard.press('Escape');
    const first = rows(table).first();
    await first.focus();
    await page.keyboard.press('F2');
    await expect(table.getByRole('textbox', { name: /Name of/ })).toBeFocused();
    await page.keyboard.type('the best of 0.003');
    await page.keyboard.press('Enter');
    await expect(first).toContainText('the best of 0.003');
    await expect(first).toBeFocused();
  });

  await test.step('a run that comes moves nothing under the pointer', async () => {
    await table
      .getByRole('columnheader', { name: 'Name' })
      .scrollIntoViewIfNeeded();
    await page.evaluate(() => {
      document.querySelector('.jp-trackbook-runtable')!.scrollLeft = 0;
    });
    await rows(table).nth(3).hover();
    const before = await rows(table).allInnerTexts();
    await page.evaluate(async () => {
      const { shell } = window.jupyterapp;
      const [notebook] = [...shell.widgets('main')].filter(widget =>
        widget.node.classList.contains('jp-NotebookPanel')
      );
      const { sessionContext } = notebook as unknown as {
        sessionContext: {
          session: {
            kernel: { requestExecute: (content: object) => { done: unknown } };
          };
        };
      };
      await sessionContext.session.kernel.requestExecute({
        code: 'with trackbook.start_run("late"):\n    trackbook.log_params({"lr": 0.003}); trackbook.log_metric("val_acc", 0.99)'
      }).done;
    });
    const waiting = table.getByRole('button', { name: /list has changed/ });
    await expect(waiting).toBeVisible();
    expect(await rows(table).allInnerTexts()).toEqual(before);
    // It is shown on the way to the button.
    await page.mouse.move(5, 5);
    await expect(waiting).toBeHidden();
    await expect(rows(table).first()).toContainText('late');
  });

  await test.step('a search leaves what it finds, and errors stand in place', async () => {
    const search = table.getByRole('combobox', { name: 'Search runs' });
    await page.mouse.move(5, 5);
    await rows(table).first().focus();
    await page.keyboard.press('/');
    await expect(search).toBeFocused();
    await search.fill('params.seed < ');
    await expect(search).toHaveAttribute('aria-invalid', 'true');
    await search.fill('params.seed < 20');
    await page.keyboard.press('Enter');
    await expect(rows(table)).toHaveCount(20);
  });

  await test.step('all that is found is saved as CSV', async () => {
    const download = page.waitForEvent('download');
    await table.getByRole('button', { name: 'Download CSV' }).click();
    const file = await (await download).path();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[0]).toMatch(
      /^run_id,name,status,metric,value,change,started_at,duration_ms,params\.lr,params\.p001,/
    );
  });
});

test('columns are those of the panel, and a link opens the table', async ({
  page,
  browser,
  baseURL,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/kept.ipynb`, [
    '%load_ext trackbook',
    logging(4, 0, 2)
  ]);
  await runCell(page, 0);
  await runCell(page, 1);
  const table = await openTable(page);
  await expect(rows(table)).toHaveCount(4);
  await table.getByRole('button', { name: 'Columns' }).click();
  const chooser = table.getByRole('dialog', { name: 'Columns' });
  await chooser.getByRole('textbox').fill('team');
  await chooser.getByRole('checkbox', { name: 'team' }).click();
  await chooser.getByRole('textbox').fill('lr');
  await chooser.getByRole('checkbox', { name: 'lr' }).click();
  await picture(page, 'table-chooser');
  await page.keyboard.press('Escape');
  const heads = table.getByRole('columnheader');
  await expect(heads).toHaveText(['Name', /Metric/, 'team', 'lr']);
  await heads.nth(3).dragTo(heads.nth(2));
  await expect(heads).toHaveText(['Name', /Metric/, 'lr', 'team']);
  // The panel shows the same of each run.
  const panel = page.locator('#trackbook-panel');
  await expect(
    rows(panel).first().locator('.jp-trackbook-chip').first()
  ).toContainText('lr 0.1');
  await table
    .getByRole('combobox', { name: 'Group by' })
    .selectOption('param:lr');
  await expect(table.locator('.jp-mod-group')).toHaveCount(3);
  await picture(page, 'table-groups');
  expect(await problems(page)).toEqual([]);

  const fresh = await browser.newContext();
  const other = await fresh.newPage();
  await other.goto(`${baseURL}/lab?trackbook-table=`);
  await expect(other.locator('#trackbook-table')).toBeVisible({
    timeout: 60_000
  });
  await expect.poll(() => other.url()).not.toContain('trackbook-table');
  await fresh.close();
});
