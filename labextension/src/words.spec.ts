/**
 * Every word on screen can be translated: none stands bare in what is drawn.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';
import { expect, it } from 'vitest';

/** Attributes that people see or hear. */
const SPOKEN = new Set(['title', 'aria-label', 'placeholder', 'alt', 'label']);
const LETTERS = /\p{L}{2}/u;
/** Called the same in every language. */
const NAMES = new Set(['CSV', 'PNG', 'SVG']);

/** The words in a source that are drawn as they stand, each with its line. */
function bareWords(name: string, text: string): string[] {
  const source = ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX
  );
  const found: string[] = [];
  const note = (node: ts.Node, words: string): void => {
    if (LETTERS.test(words) && !NAMES.has(words.trim())) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name}:${line + 1} ${words.trim()}`);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) {
      note(node, node.text);
    } else if (
      ts.isJsxAttribute(node) &&
      SPOKEN.has(node.name.getText()) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer)
    ) {
      note(node, node.initializer.text);
    } else if (
      ts.isJsxExpression(node) &&
      node.expression !== undefined &&
      ts.isStringLiteral(node.expression) &&
      (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))
    ) {
      note(node, node.expression.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const drawn = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.tsx') && !name.includes('.spec.'))
  .map(name => [name, readFileSync(path.join(__dirname, name), 'utf8')]);

it('sees bare words where there are some', () => {
  expect(
    bareWords('a.tsx', '<p title="A note">Hello {"there"} ×</p>;')
  ).toEqual(['a.tsx:1 A note', 'a.tsx:1 Hello', 'a.tsx:1 there']);
});

it('finds none in what we draw', () => {
  expect(drawn.length).toBeGreaterThan(50);
  expect(
    drawn.flatMap(([name = '', text = '']) => bareWords(name, text))
  ).toEqual([]);
});
