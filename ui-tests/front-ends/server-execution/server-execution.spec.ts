/**
 * The server executes: the browser's messages name no cell, and the kernel learns none.
 */
import { expect, test } from '../../tests/fixtures';
import {
  PLAIN_CELLS,
  PLAIN_PARAMS,
  PLAIN_TRAINING,
  attempt,
  expectScore,
  openNotebook,
  openPanel,
  pressRecord,
  rows,
  waitForIdle
} from '../../tests/story';
import { posted, revisionOf, runsOf } from '../pages';

test('cells that the server executes are recorded as those of the document', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/served.ipynb`;
  await openNotebook(page, path, PLAIN_CELLS);
  const executed = posted(page, '/execute');
  const panel = await openPanel(page);
  await pressRecord(page);
  await page.notebook.run();
  await waitForIdle(page);
  await expect(rows(panel)).toHaveCount(1);
  await expectScore(rows(panel).first(), '0.07');

  // Not saved, and changed again before anyone looks.
  await attempt(page, '0.2');
  await expect(rows(panel)).toHaveCount(2);
  await expectScore(rows(panel).first(), '0.14');
  await expect(rows(panel).first()).toContainText('rate 0.2');
  await page.notebook.setCell(PLAIN_PARAMS, 'code', 'rate = 0.3');
  expect(executed).toHaveLength(PLAIN_CELLS.length + 2);

  const runs = await runsOf(page, path);
  expect(runs).toHaveLength(2);
  for (const [run, rate, score] of [
    [runs[1]!, '0.1', '0.07'],
    [runs[0]!, '0.2', '0.14']
  ] as const) {
    await expect
      .poll(
        async () => (await revisionOf(page, run.run_id))[PLAIN_TRAINING]!.texts
      )
      .toEqual([score]);
    const cells = await revisionOf(page, run.run_id);
    expect(cells.map(one => one.source)).toEqual([
      PLAIN_CELLS[0],
      `rate = ${rate}`,
      PLAIN_CELLS[2]
    ]);
    expect(cells.map(one => one.id)).toEqual(['cell-0', 'cell-1', 'cell-2']);
  }
});
