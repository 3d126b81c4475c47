// The stories of other front ends, whose packages change JupyterLab for everyone: each
// folder has an environment of its own, in which the server runs.
const base = require('./playwright.config.js');

const frontEnd = process.env.TRACKBOOK_UI_FRONT_END;
// A hub lives under a prefix, and says itself when it is there.
const hub = `http://127.0.0.1:${process.env.TRACKBOOK_UI_PORT}/lab-of-all`;

module.exports = {
  ...base,
  testDir: `./front-ends/${frontEnd}`,
  ...(frontEnd === 'hub' && {
    use: { ...base.use, baseURL: hub },
    webServer: { ...base.webServer, url: `${hub}/hub/api` }
  })
};
