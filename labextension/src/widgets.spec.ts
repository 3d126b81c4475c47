import { describe, expect, it } from 'vitest';

import { localeOf } from './widgets';

describe('the language of dates', () => {
  it('is the one that was chosen, as browsers write it', () => {
    expect(localeOf('zh_CN')).toBe('zh-CN');
    expect(localeOf('de')).toBe('de');
  });

  it('is the browser’s where none was chosen', () => {
    expect(localeOf('en')).toBeUndefined();
    expect(localeOf('')).toBeUndefined();
    // JupyterLab 4.2
    expect(localeOf(undefined)).toBeUndefined();
  });
});
