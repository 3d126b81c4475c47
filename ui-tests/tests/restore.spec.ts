/**
 * Getting a notebook back: as it was sent to the kernel for the best run, whatever is on
 * the disk or open by now.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, test } from './fixtures';
import {
  PLAIN_CELLS,
  PLAIN_PARAMS,
  PLAIN_TRAINING,
  attempt,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  serverOf,
  waitForIdle
} from './story';

test('the copy is the document that made the run, unsaved edits and outputs included', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/study.ipynb`;
  await openNotebook(page, path, PLAIN_CELLS, 'python3', withMetadata);
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await page.notebook.save();
  const onDisk = await documentAt(page, path);

  // The best attempt, a worse one, and then an edit that never ran: none is saved.
  await attempt(page, '0.9');
  await expect(rows(panel)).toHaveCount(2);
  await attempt(page, '0.3');
  await expect(rows(panel)).toHaveCount(3);
  await page.notebook.setCell(
    PLAIN_PARAMS,
    'code',
    'rate = 0.5  # not run yet'
  );

  const best = rows(panel).nth(1);
  await expect(best).toContainText('rate 0.9');
  await best.click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: /open notebook as a copy/i })
    .click();
  const tabs = page.locator('#jp-main-dock-panel .lm-TabBar-tab');
  await expect(tabs.filter({ hasText: /\.ipynb/ })).toHaveCount(2);
  await expect(cell(page, PLAIN_PARAMS)).toContainText('rate = 0.9');
  await expect(
    cell(page, PLAIN_TRAINING).locator('.jp-OutputArea')
  ).toContainText('0.63');

  const made = (await notebooksIn(page, tmpPath)).filter(
    name => name !== 'study.ipynb'
  );
  expect(made).toHaveLength(1);
  const copy = await documentAt(page, `${tmpPath}/${made[0]}`);
  expect(copy.cells.map(one => one.source)).toEqual([
    PLAIN_CELLS[0],
    'rate = 0.9',
    PLAIN_CELLS[2]
  ]);
  expect(copy.cells.map(one => one.id)).toEqual(
    onDisk.cells.map(one => one.id)
  );
  expect(copy.cells[PLAIN_PARAMS]!.metadata).toMatchObject({
    tags: ['mine'],
    lab: { notes: [1, null, 'ü'] }
  });
  expect(copy.metadata['study']).toEqual({ of: 'rates', rounds: [1, 2.5] });
  const outputs = copy.cells[PLAIN_TRAINING]!.outputs ?? [];
  expect(outputs.map(output => output.data?.['text/plain'])).toEqual(['0.63']);

  // The notebook itself: as it was on the disk, and as it is open.
  expect(await documentAt(page, path)).toEqual(onDisk);
  await page.notebook.activate('study.ipynb');
  await expect(cell(page, PLAIN_PARAMS)).toContainText('not run yet');

  // Once more from the run's page: a name that is free, the same document.
  await rows(panel).nth(1).locator('.jp-trackbook-name').click();
  await page
    .locator('.jp-trackbook-page:visible')
    .getByRole('button', { name: 'Open notebook as copy' })
    .click();
  await expect(tabs.filter({ hasText: /\.ipynb/ })).toHaveCount(3);
  await expect(cell(page, PLAIN_PARAMS)).toContainText('rate = 0.9');
  const again = (await notebooksIn(page, tmpPath)).filter(
    name => name !== 'study.ipynb' && name !== made[0]
  );
  expect(again).toHaveLength(1);
  expect((await documentAt(page, `${tmpPath}/${again[0]}`)).cells).toEqual(
    copy.cells
  );
  expect(await documentAt(page, `${tmpPath}/${made[0]}`)).toEqual(copy);
});

type Output = { readonly data?: Readonly<Record<string, unknown>> };

type Cell = {
  readonly id: string;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly Output[];
};

type Document = {
  readonly cells: readonly Cell[];
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** Metadata that nobody but its owner knows. */
function withMetadata(text: string): string {
  const document = JSON.parse(text);
  document.metadata.study = { of: 'rates', rounds: [1, 2.5] };
  document.cells[PLAIN_PARAMS].metadata = {
    tags: ['mine'],
    lab: { notes: [1, null, 'ü'] }
  };
  return JSON.stringify(document);
}

function cell(page: IJupyterLabPageFixture, index: number) {
  return page.locator('.jp-NotebookPanel:visible .jp-CodeCell').nth(index);
}

/** The document as the server has it on the disk. */
async function documentAt(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Document> {
  const answer = await page.request.get(
    `${serverOf(page)}/api/contents/${encodeURI(path)}`
  );
  expect(answer.ok()).toBe(true);
  return (await answer.json()).content;
}

async function notebooksIn(
  page: IJupyterLabPageFixture,
  folder: string
): Promise<readonly string[]> {
  const answer = await page.request.get(
    `${serverOf(page)}/api/contents/${encodeURI(folder)}`
  );
  const entries: readonly { name: string; type: string }[] = (
    await answer.json()
  ).content;
  return entries.filter(one => one.type === 'notebook').map(one => one.name);
}
