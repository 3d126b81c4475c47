import { describe, expect, it } from 'vitest';

import plugins from './index';

describe('the plugins', () => {
  it('start by themselves', () => {
    expect(plugins.filter(plugin => plugin.autoStart !== true)).toEqual([]);
  });

  it('contain the one that the settings are filed under', () => {
    expect(plugins.map(plugin => plugin.id)).toContain('trackbook:plugin');
  });

  it('have ids of their own', () => {
    const ids = plugins.map(plugin => plugin.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
