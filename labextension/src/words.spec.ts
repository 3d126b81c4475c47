/**
 * Every word on screen can be translated: none stands bare in what is drawn, handed to
 * JupyterLab to be shown, or thrown.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';
import { expect, it } from 'vitest';

/** Attributes that people see or hear. */
const SPOKEN = new Set(['title', 'aria-label', 'placeholder', 'alt', 'label']);
/** What JupyterLab is handed in objects to be shown. */
const HANDED = new Set([
  ...['title', 'caption', 'label', 'placeholder', 'message', 'okLabel', 'body']
]);
/** What only we see, when we forget something. */
const OURS = /^(This component needs a |The open notebook is of a format)/;
const LETTERS = /\p{L}{2}/u;
/** Called the same in every language. */
const NAMES = new Set(['CSV', 'PNG', 'SVG', 'min', 'ms']);

/** The words in a source that are drawn as they stand, each with its line. */
function bareWords(name: string, text: string): string[] {
  const source = ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
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
    } else if (
      ts.isPropertyAssignment(node) &&
      HANDED.has(node.name.getText()) &&
      ts.isStringLiteral(node.initializer)
    ) {
      note(node, node.initializer.text);
    } else if (isToldToPeople(node)) {
      const [words] = node.arguments ?? [];
      if (
        words !== undefined &&
        ts.isStringLiteralLike(words) &&
        !OURS.test(words.text)
      ) {
        note(node, words.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** An error, whose message is shown in the end, or a notification. */
function isToldToPeople(
  node: ts.Node
): node is ts.NewExpression | ts.CallExpression {
  return (
    (ts.isNewExpression(node) && node.expression.getText() === 'Error') ||
    (ts.isCallExpression(node) &&
      /^Notification\.\w+$/.test(node.expression.getText()) &&
      !node.expression.getText().endsWith('dismiss'))
  );
}

const drawn = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name) && !name.includes('.spec.'))
  .filter(name => name !== 'contract.ts')
  .map(name => [name, readFileSync(path.join(__dirname, name), 'utf8')]);

it('sees bare words where there are some', () => {
  expect(
    bareWords('a.tsx', '<p title="A note">Hello {"there"} ×</p>;')
  ).toEqual(['a.tsx:1 A note', 'a.tsx:1 Hello', 'a.tsx:1 there']);
  expect(
    bareWords(
      'a.ts',
      'throw new Error("It broke"); Notification.info("Done"); f({label: "Go on"});'
    )
  ).toEqual(['a.ts:1 It broke', 'a.ts:1 Done', 'a.ts:1 Go on']);
});

it('finds none in what we draw', () => {
  expect(drawn.length).toBeGreaterThan(50);
  expect(
    drawn.flatMap(([name = '', text = '']) => bareWords(name, text))
  ).toEqual([]);
});
