import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { makeOutput } from '../../tests/differences';
import { describeRefs, kindOf, pairOutputs, prettyJson } from './derive';

const trans = nullTranslator.load('trackbook');

const text = (sha256: string): ReturnType<typeof makeOutput> =>
  makeOutput({ sha256 });
const picture = (sha256: string): ReturnType<typeof makeOutput> =>
  makeOutput({
    sha256,
    kind: 'display_data',
    parts: [{ mime_type: 'image/png', size_bytes: 9 }]
  });

describe('pairing outputs', () => {
  const pairs = (
    before: readonly ReturnType<typeof makeOutput>[],
    after: readonly ReturnType<typeof makeOutput>[]
  ): string[] =>
    pairOutputs(before, after).map(
      pair => `${pair.before?.sha256 ?? '-'}${pair.after?.sha256 ?? '-'}`
    );

  it('puts outputs of a kind beside each other', () => {
    expect(pairs([text('a'), picture('b')], [picture('c'), text('d')])).toEqual(
      ['a-', 'bc', '-d']
    );
    expect(pairs([text('a')], [text('b'), picture('c')])).toEqual(['ab', '-c']);
    expect(pairs([picture('a')], [text('b')])).toEqual(['ab']);
    expect(pairs([], [])).toEqual([]);
  });
});

it('says in a word what an output is', () => {
  expect(kindOf(text('a'))).toBe('text');
  expect(kindOf(picture('a'))).toBe('picture');
  expect(kindOf(makeOutput({ damaged: true }))).toBe('damaged');
  expect(describeRefs([text('a'), picture('b'), picture('c')], trans)).toBe(
    '2 pictures, text'
  );
  expect(describeRefs([], trans)).toBe('none');
});

it('writes JSON with keys in order and long texts cut short', () => {
  expect(prettyJson({ b: 1, a: [true] })).toBe(
    '{\n  "a": [\n    true\n  ],\n  "b": 1\n}'
  );
  expect(prettyJson('x'.repeat(3000))).toContain('(3,000 characters)');
  expect(prettyJson(undefined)).toBe('');
});
