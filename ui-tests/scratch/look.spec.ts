import { expect, test } from '../tests/fixtures';
import { openNotebook, openPanel, pressRecord, rows, waitForIdle } from '../tests/story';

const SOURCES = [
  'from sklearn.datasets import load_digits\nfrom sklearn.linear_model import SGDClassifier\nfrom sklearn.model_selection import train_test_split, cross_val_score, GridSearchCV\nimport matplotlib.pyplot as plt, pandas as pd, sys, os\nfrom sklearn.svm import SVC',
  'X, y = load_digits(return_X_y=True)\nX_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)\nn_rows = len(X)\npd.DataFrame(X).iloc[:3, :6]',
  'api_key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"\nalpha = 0.0001\nnote = "a long text " * 60\nlayers = list(range(400))',
  'alpha = 0.001',
  'for depth in [1, 2, 4]:\n    clf = SGDClassifier(alpha=alpha * depth, max_iter=5, tol=None, random_state=0).fit(X_train, y_train)\n    accuracy = clf.score(X_test, y_test)\n    print(f"depth {depth}: \\x1b[32m{accuracy:.4f}\\x1b[0m")\nprint("careful", file=sys.stderr)',
  'fig, ax = plt.subplots(figsize=(5, 3))\nax.plot([1, 2, 4, 8]); ax.set_title("loss")\nplt.show()',
  'scores = cross_val_score(SGDClassifier(max_iter=5, tol=None, random_state=0), X_train, y_train, cv=4)\nscores',
  'search = GridSearchCV(SVC(), {"C": [0.1, 1, 10], "gamma": [0.01, 0.1]}, cv=2)\nsearch.fit(X_train[:300], y_train[:300])',
  'from IPython.display import HTML, SVG, display, Javascript\ndisplay(HTML("<b>hello</b><script>window.hacked=1</script>"))\ndisplay(SVG("<svg xmlns=\'http://www.w3.org/2000/svg\' width=\'80\' height=\'40\' onload=\'window.hacked=1\'><circle cx=\'20\' cy=\'20\' r=\'15\' fill=\'teal\'/></svg>"))\ndisplay(Javascript("window.hacked=1"))\nprint("x" * 3_000_000)',
  'import ipywidgets\nslider = ipywidgets.IntSlider(value=7, description="depth")\nslider',
  'display({"application/vnd.plotly.v1+json": {"data": [{"type": "scatter", "x": [1,2,3], "y": [3,1,2]}], "layout": {"title": {"text": "px"}}}, "text/plain": "Figure"}, raw=True)',
  '1/0',
];

test('look', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/look.ipynb`, SOURCES);
  const panel = await openPanel(page);
  await pressRecord(page);
  for (let i = 0; i < SOURCES.length; i++) {
    await page.notebook.runCell(i, true);
  }
  await waitForIdle(page);
  await page.waitForTimeout(2500);
  await page.screenshot({ path: '/work/tmp/shots/note.png' });
  const listed = await page.request.get(`${page.url().split('/lab')[0]}/trackbook/api/runs`);
  const all = (await listed.json()).runs;
  console.log(JSON.stringify(all.map((r: any) => [r.name, r.main_metric, r.status])));
  await rows(panel).first().locator('.jp-trackbook-name').click();
  await page.waitForTimeout(1500);
  const cells = page.getByRole('region', { name: /cells as they ran/i });
  const count = await cells.getByRole('listitem').count();
  console.log('items', count);
  await page.screenshot({ path: '/work/tmp/shots/run-top.png' });
  const view = page.locator('.jp-trackbook-page:visible');
  for (const button of await cells.locator('li > .jp-trackbook-cell > .jp-trackbook-disclosure').all()) {
    await button.click();
  }
  for (const b of await page.getByRole('button', { expanded: false }).filter({ hasText: /folds|layers|note|alpha|Other numbers/ }).all()) await b.click();
  await page.waitForTimeout(1500);
  await page.setViewportSize({ width: 1440, height: 2300 });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: '/work/tmp/shots/run-open.png', clip: {x: 410, y: 0, width: 1000, height: 1500} });
  await page.screenshot({ path: '/work/tmp/shots/run-open2.png', clip: {x: 410, y: 1200, width: 1000, height: 1100} });
  await rows(panel).last().locator('.jp-trackbook-name').click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/work/tmp/shots/first-top.png', clip: {x: 410, y: 0, width: 1000, height: 1500} });
  const cells2 = page.getByRole('region', { name: /cells as they ran/i });
  for (const button of await cells2.locator('li > .jp-trackbook-cell > .jp-trackbook-disclosure').all()) {
    await button.click();
  }
  for (const b of await page.locator('.jp-trackbook-page:visible').getByRole('button', { expanded: false }).filter({ hasText: /folds|layers|note|alpha|Other numbers/ }).all()) await b.click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/work/tmp/shots/first-open.png', clip: {x: 410, y: 0, width: 1000, height: 2300} });

  await page.theme.setTheme('JupyterLab Dark');
  await page.waitForTimeout(800);
  await page.screenshot({ path: '/work/tmp/shots/run-open-dark.png', clip: {x: 410, y: 0, width: 1000, height: 1500} });
  const runId = all[all.length-1].run_id;
  const run = await (await page.request.get(`${page.url().split('/lab')[0]}/trackbook/api/runs/${runId}`)).json();
  const fs = require('fs');
  fs.writeFileSync('/work/tmp/shots/run.json', JSON.stringify(run, null, 1));
  const outs = await (await page.request.get(`${page.url().split('/lab')[0]}/trackbook/api/runs/${runId}/outputs`)).text();
  fs.writeFileSync('/work/tmp/shots/outputs.json', outs);
  console.log('hacked', await page.evaluate(() => (window as any).hacked));
});
