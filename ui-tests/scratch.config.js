const base = require('./playwright.config.js');
module.exports = { ...base, testDir: './scratch', reporter: [['list']] };
