/**
 * What JupyterLab fetches at its start is what index.ts imports, at once or through
 * others; the rest waits behind an `import()` until it is opened.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

const SOURCES = path.resolve(__dirname);
const STATIC_IMPORT =
  /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s+)?'(\.[^']+)';/gm;

/** The files that `entry` brings along, by their paths below the sources. */
function broughtAlong(entry: string): Set<string> {
  const found = new Set<string>();
  const follow = (file: string): void => {
    const name = path.relative(SOURCES, file);
    if (found.has(name)) {
      return;
    }
    found.add(name);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(
      STATIC_IMPORT
    )) {
      const base = path.resolve(path.dirname(file), target ?? '');
      const hit = ['.ts', '.tsx', '/index.ts', '']
        .map(end => base + end)
        .find(candidate => path.extname(candidate) && existsSync(candidate));
      if (hit === undefined) {
        throw new Error(`${name} imports ${target}, which is not there`);
      }
      follow(hit);
    }
  };
  follow(path.join(SOURCES, entry));
  return found;
}

const atStart = broughtAlong('index.ts');

it.each([
  ['sidebar/panel.tsx', 'panel'],
  ['views/pages.ts', 'pages'],
  ['restore/acts.ts', 'acts of restoring'],
  ['../style/opened.css', 'styles']
])('%s waits: the %s come when they are opened', file => {
  expect(atStart).not.toContain(file);
  expect(atStart).toContain('plugin.ts');
});

it('starts with few sources', () => {
  // A sixth of that reaches the browser, compressed; its goal is 60 KB.
  const sizes = [...atStart].map(
    name => readFileSync(path.join(SOURCES, name), 'utf8').length
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total / 1000).toBeLessThan(290);
});
