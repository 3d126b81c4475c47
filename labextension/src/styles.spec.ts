/**
 * A class is one thing on every page: all stylesheets are there at once, and whichever
 * comes last would win.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

const STYLES = path.resolve(__dirname, '../style');
/** What all views share; others may add to what it says. */
const SHARED = ['base.css', 'parts.css'];

/** The classes that a stylesheet has rules for by themselves, wherever they stand. */
function ownClasses(css: string): Set<string> {
  const bare = css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/@(?:container|media)[^{]*\{/g, '');
  const selectors = [...bare.matchAll(/([^{}]+)\{/g)].flatMap(match =>
    (match[1] ?? '').split(',').map(selector => selector.trim())
  );
  return new Set(
    selectors.filter(selector => /^\.jp-trackbook-[\w-]+$/.test(selector))
  );
}

it('has each class in one stylesheet', () => {
  const homes = new Map<string, string[]>();
  for (const file of readdirSync(STYLES)) {
    if (file.endsWith('.css') && !SHARED.includes(file)) {
      const css = readFileSync(path.join(STYLES, file), 'utf8');
      for (const name of ownClasses(css)) {
        homes.set(name, [...(homes.get(name) ?? []), file]);
      }
    }
  }
  expect(homes.size).toBeGreaterThan(100);
  expect([...homes].filter(([, files]) => files.length > 1)).toEqual([]);
});
