// Takes the pictures of the documentation; `make screenshots`. Not part of the tests.
const base = require('./playwright.config.js');

module.exports = { ...base, testDir: './pictures', reporter: [['list']] };
