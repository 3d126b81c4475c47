import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { VERSION, mismatch } from './version';

it('is the version of the package', () => {
  const file = path.resolve(__dirname, '../../package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});

it.each([
  ['0.1.0', '0.1.0', null],
  ['', '0.1.0', null],
  ['0.1.0', '0.2.0', 'server is older'],
  ['0.9.9', '0.10.0', 'server is older'],
  ['1.0.0', '0.10.3', 'page is older'],
  // A pre-release fits the release that it becomes.
  ['0.2.0rc1', '0.2.0', null],
  ['nightly', '0.1.0', 'server is older']
])('server %s beside page %s: %s', (server, page, expected) => {
  expect(mismatch(server, page)).toBe(expected);
});
