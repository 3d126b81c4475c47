/**
 * Galata's `test`, usable behind a base URL.
 *
 * Galata asks for `/api/…` from the root of the host, which misses a server that lives
 * under a prefix. Every spec imports `test` and `expect` from here.
 */
import { expect, test as galataTest } from '@jupyterlab/galata';

/** Where the server lives: '' or '/user/someone', as it stands in URLs. */
export const prefix = encodeURI(
  process.env.TRACKBOOK_UI_BASE_URL ?? '/'
).replace(/\/+$/, '');

export const test = galataTest.extend({
  // Galata's stand-ins for these routes answer a restart with 201, which JupyterLab takes
  // for a failure: it then never sends what was to run after the restart.
  kernels: null,
  sessions: null,
  request: async ({ request }, use) => {
    const fetch = request.fetch.bind(request);
    request.fetch = (url, options) => {
      const needsPrefix = typeof url === 'string' && !/^https?:/.test(url);
      return fetch(
        needsPrefix ? `${prefix}/${url.replace(/^\/+/, '')}` : url,
        options
      );
    };
    await use(request);
  }
});

export { expect };
