/**
 * What translators are given: jupyterlab-translate collects the texts of calls as they
 * are written here, and the titles and labels of the schema. What it can't find stays
 * English for ever.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';
import { expect, it } from 'vitest';

import schema from '../schema/plugin.json';

/** On what the functions are called; on nothing else are they looked for. */
const ROOTS = new Set(['trans', 'this._trans', 'props.trans']);
/** Which arguments of the functions are texts. */
const TEXTS: Readonly<Record<string, readonly number[]>> = {
  __: [0],
  gettext: [0],
  _n: [0, 1],
  ngettext: [0, 1],
  _p: [0, 1],
  pgettext: [0, 1],
  _np: [0, 1, 2],
  npgettext: [0, 1, 2]
};
/** Words of JupyterLab's own, which it translates. */
const THEIRS = /\.load\('jupyterlab'\)$/;

type Collected = { readonly texts: string[]; readonly lost: string[] };

function collect(name: string, text: string): Collected {
  const source = ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  );
  const found: Collected = { texts: [], lost: [] };
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression)
    ) {
      const { name: method, expression: on } = node.expression;
      const places = Object.hasOwn(TEXTS, method.text)
        ? TEXTS[method.text]
        : undefined;
      if (places !== undefined && !THEIRS.test(on.getText())) {
        const given = places.map(place => node.arguments[place]);
        const isFound =
          ROOTS.has(on.getText()) &&
          given.every(each => each !== undefined && ts.isStringLiteral(each));
        if (isFound) {
          found.texts.push(
            ...given.map(each => (each as ts.StringLiteral).text)
          );
        } else {
          const { line } = source.getLineAndCharacterOfPosition(
            node.getStart()
          );
          found.lost.push(`${name}:${line + 1} ${on.getText()}.${method.text}`);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name) && !name.includes('.spec.'))
  .map(name => [name, readFileSync(path.join(__dirname, name), 'utf8')]);

it('sees what can’t be collected', () => {
  const { texts, lost } = collect(
    'a.ts',
    'trans.__("one"); trans._n("a run", "%1 runs", 2); trans.__(word);\n' +
      'this.site.trans.__("two"); translator.load(\'jupyterlab\').__("Other");'
  );
  expect(texts).toEqual(['one', 'a run', '%1 runs']);
  expect(lost).toEqual(['a.ts:1 trans.__', 'a.ts:2 this.site.trans.__']);
});

it('collects all that is shown', () => {
  const all = sources.map(([name = '', text = '']) => collect(name, text));
  expect(all.flatMap(({ lost }) => lost)).toEqual([]);
  expect(new Set(all.flatMap(({ texts }) => texts)).size).toBeGreaterThan(800);
});

it('has one plural a text, as catalogues do', () => {
  const plurals = new Map<string, Set<string>>();
  for (const [, text = ''] of sources) {
    for (const [, one = '', many = ''] of text.matchAll(
      /trans\._n\(\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)'/g
    )) {
      plurals.set(one, (plurals.get(one) ?? new Set()).add(many));
    }
  }
  expect(plurals.size).toBeGreaterThan(40);
  expect([...plurals].filter(([, many]) => many.size > 1)).toEqual([]);
});

it('has the words of the schema where the server looks for them', () => {
  expect(schema['jupyter.lab.internationalization'].domain).toBe('trackbook');
  const looked = [
    /^\/(title|description)$/,
    /^\/properties\/.*\/(title|description)$/,
    /^\/jupyter\.lab\.menus\/.*\/label$/
  ];
  const missed: string[] = [];
  const walk = (value: unknown, at: string): void => {
    if (Array.isArray(value)) {
      value.forEach((each, index) => walk(each, `${at}[${index}]`));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        const here = `${at}/${key}`;
        if (
          ['title', 'description', 'label'].includes(key) &&
          typeof each === 'string' &&
          !looked.some(pattern => pattern.test(here))
        ) {
          missed.push(here);
        }
        walk(each, here);
      }
    }
  };
  walk(schema, '');
  expect(missed).toEqual([]);
});
