const { execFileSync } = require('node:child_process');

const base = require('@jupyterlab/galata/lib/playwright-config');

const port = process.env.TRACKBOOK_UI_PORT ?? '18888';
// Without the closing slash: Galata appends "/lab".
const prefix = encodeURI(process.env.TRACKBOOK_UI_BASE_URL ?? '/').replace(
  /\/+$/,
  ''
);
const baseURL = `http://127.0.0.1:${port}${prefix}`;

module.exports = {
  ...base,
  testDir: './tests',
  outputDir: './test-results',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [
    ['list'],
    [
      'junit',
      { outputFile: process.env.TRACKBOOK_UI_JUNIT ?? 'test-results/junit.xml' }
    ]
  ],
  use: {
    ...base.use,
    baseURL,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    },
    trace: 'off',
    screenshot: 'only-on-failure',
    // A video would need a download of ffmpeg.
    video: 'off'
  },
  webServer: {
    command: 'python start_server.py',
    url: `${baseURL}/api/status`,
    reuseExistingServer: false,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    stdout: process.env.TRACKBOOK_UI_LOG ? 'pipe' : 'ignore',
    stderr: process.env.TRACKBOOK_UI_LOG ? 'pipe' : 'ignore'
  }
};

/** The browser that is there: the one named by CHROMIUM, else the first on PATH. */
function chromium() {
  return execFileSync('sh', [`${__dirname}/find-chromium.sh`], {
    encoding: 'utf8'
  }).trim();
}
