// Measures the views in the browser; `make bench-ui`. Not part of the tests.
//
// Two servers: one with an empty store, and one with many runs (TRACKBOOK_BENCH_RUNS).
const base = require('./playwright.config.js');

const empty = Number(process.env.TRACKBOOK_UI_PORT ?? '18888');
const full = empty + 1;
const runs = process.env.TRACKBOOK_BENCH_RUNS ?? '10000';

process.env.TRACKBOOK_BENCH_EMPTY = `http://127.0.0.1:${empty}`;
process.env.TRACKBOOK_BENCH_FULL = `http://127.0.0.1:${full}`;

module.exports = {
  ...base,
  testDir: './benchmarks',
  timeout: 3_600_000,
  reporter: [['./benchmarks/table-reporter.js']],
  webServer: [
    server(empty, 'empty', {}),
    server(full, 'full', {
      TRACKBOOK_UI_FILL: `--runs ${runs} --long 20 --points 100000`
    })
  ]
};

function server(port, name, env) {
  return {
    ...base.webServer,
    url: `http://127.0.0.1:${port}/api/status`,
    // Filling the store comes before.
    timeout: 1_200_000,
    env: {
      ...process.env,
      ...env,
      TRACKBOOK_UI_PORT: String(port),
      TRACKBOOK_UI_WORK: `${__dirname}/.work/${name}`
    }
  };
}
