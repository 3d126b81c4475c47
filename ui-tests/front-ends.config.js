// The stories of other front ends, whose packages change JupyterLab for everyone: each
// folder has an environment of its own, in which the server runs.
const base = require('./playwright.config.js');

module.exports = {
  ...base,
  testDir: `./front-ends/${process.env.TRACKBOOK_UI_FRONT_END}`
};
