// The stories of other front ends, whose packages change JupyterLab for everyone;
// `make ui-test-front-ends`. The server runs in an environment of its own.
const base = require('./playwright.config.js');

module.exports = { ...base, testDir: './front-ends' };
