import { describe, expect, it } from 'vitest';

import type { Artifact } from '../contract';
import {
  kindOf,
  readPlotly,
  readSeparated,
  readTable,
  treeOf,
  wholeLines
} from './artifact-kinds';

const artifact = (name: string, mime_type = ''): Artifact => ({
  name,
  mime_type,
  sha256: name,
  size_bytes: 10,
  logged_at: '2026-01-02T11:00:00.000000Z'
});

describe('artifacts', () => {
  it('are a tree, folders first, each by name', () => {
    const tree = treeOf([
      artifact('b.txt'),
      artifact('plots/10.png'),
      artifact('plots/9.png')
    ]);
    expect(tree.map(node => [node.label, node.sizeBytes])).toEqual([
      ['plots', 20],
      ['b.txt', 10]
    ]);
    expect(tree[0]?.children.map(node => node.label)).toEqual([
      '9.png',
      '10.png'
    ]);
  });

  it('are looked at as what they are', () => {
    expect(kindOf(artifact('a.png', 'image/png'))).toBe('image');
    expect(kindOf(artifact('a.tsv'))).toBe('table');
    expect(kindOf(artifact('a.html', 'text/html'))).toBe('html');
    expect(kindOf(artifact('a.md'))).toBe('markdown');
    expect(kindOf(artifact('a.json', 'application/json'))).toBe('text');
    expect(kindOf(artifact('a.parquet'))).toBe('none');
  });
});

describe('readSeparated', () => {
  it('reads quotes, tabs and other ends of lines', () => {
    expect(readSeparated('a,b\r\n"x, ""y""\nz",2\n', 10)).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2']
    ]);
    expect(readSeparated('a\tb\n1\t2', 10)).toEqual([
      ['a', 'b'],
      ['1', '2']
    ]);
    expect(readSeparated('', 10)).toEqual([]);
  });

  it('reads no more rows than asked for, of a text that was cut', () => {
    expect(readSeparated('a\nb\nc\n', 2)).toEqual([['a'], ['b']]);
    expect(readSeparated('"never ends', 2)).toEqual([['never ends']]);
    expect(wholeLines('a\nb', false)).toBe('a\n');
    expect(wholeLines('a\nb', true)).toBe('a\nb');
  });
});

describe('JSON', () => {
  it('is a figure or a table only where it has the form of one', () => {
    expect(readPlotly('{"data": [], "layout": {}}')).toEqual({
      data: [],
      layout: {}
    });
    expect(readPlotly('{"data": 1, "layout": {}}')).toBeNull();
    expect(readPlotly('{"data": [')).toBeNull();
    expect(readTable('{"columns": ["a"], "data": [[1], [null]]}')).toEqual([
      ['a'],
      ['1'],
      ['null']
    ]);
    expect(readTable('[1]')).toBeNull();
  });
});
