import { describe, expect, it } from 'vitest';

import { LINK_PATTERN, queryOf, readQuery, withoutOurs } from './link-words';

describe('a link', () => {
  it.each([
    ['run', ['01ab']],
    ['compare', ['01ab', '02&c=d, e']],
    ['chart', ['ü']]
  ] as const)('to %s names its runs, whatever they are called', (kind, ids) => {
    const search = `?reset&${queryOf(kind, ids)}`;
    expect(search).toMatch(LINK_PATTERN);
    const target = readQuery(search);
    expect(target?.kind).toBe(kind);
    expect(target?.runIds.join(',')).toBe(
      ids.map(id => id.replace(/,\s*/, ',')).join(',')
    );
  });

  it('that names nothing of ours is left alone', () => {
    expect(readQuery('?path=a.ipynb')).toBeNull();
    expect('/lab/tree/run=1').not.toMatch(LINK_PATTERN);
  });

  it('may name no run, or one twice', () => {
    expect(readQuery('?trackbook-run=')?.runIds).toEqual([]);
    expect(readQuery('?trackbook-compare=a,,a,b')?.runIds).toEqual(['a', 'b']);
  });

  it('is taken out of the address, the rest stays', () => {
    expect(withoutOurs('?trackbook-run=1')).toBe('');
    expect(withoutOurs('?path=a&trackbook-compare=1,2')).toBe('?path=a');
  });
});
