import { expect, test } from './fixtures';

test('JupyterLab opens with trackbook activated', async ({ page }) => {
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(error.message));

  await page.reload();
  await page.waitForSelector('#jupyterlab-splash', { state: 'detached' });

  const activated = await page.evaluate(() =>
    window.jupyterapp.isPluginActivated('trackbook:plugin')
  );
  expect(activated).toBe(true);
  expect(problems).toEqual([]);
});
