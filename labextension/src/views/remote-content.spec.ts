import { describe, expect, it } from 'vitest';

import { takeOutRemote } from './remote-content';

const clean = (html: string): string =>
  takeOutRemote(html, address => `not fetched: ${address}`);

describe('HTML without what is elsewhere', () => {
  it('names a picture instead of fetching it', () => {
    expect(clean('<p><img src="https://example.org/a.png"></p>')).toBe(
      '<p><em>not fetched: https://example.org/a.png</em></p>'
    );
    expect(clean('<img src="//example.org/<b>">')).not.toContain('<img');
    expect(clean('<img src="/files/secret.png">')).not.toContain('<img');
    expect(clean('<img srcset="https://a.b/c 2x">')).not.toContain('<img');
  });

  it('takes addresses out of styles, videos and tables', () => {
    const html =
      '<table background="https://a.b/c"><tbody><tr><td style="background: URL(https://a.b/c)">x</td></tr></tbody></table>' +
      '<video poster="https://a.b/c" src="https://a.b/d"></video>';
    expect(clean(html)).not.toContain('a.b');
  });

  it('leaves everything else as it was', () => {
    const html =
      '<p style="color: red">1 < 2 <a href="https://a.b">b</a><img src="data:image/png;base64,AA=="></p>';
    expect(clean(html)).toBe(html);
  });
});
