import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { ApiError, createApi } from './api';
import type { Api, Failure } from './api';

type Asked = { url: string; init: RequestInit };

function answering(status: number, body: string): { api: Api; asked: Asked[] } {
  const asked: Asked[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://example.org/hub/user/ada/'
  });
  const api = createApi(settings, async (url, init) => {
    asked.push({ url, init });
    return new Response(body, { status });
  });
  return { api, asked };
}

async function failureOf(request: Promise<unknown>): Promise<Failure | null> {
  return request.then(
    () => null,
    (thrown: unknown) => (thrown instanceof ApiError ? thrown.failure : null)
  );
}

describe('a request', () => {
  it('stays under the server’s own prefix and encodes what it names', async () => {
    const { api, asked } = answering(200, '{}');
    await api.table('r1', 'val/acc é', 0, 500);
    await api.metricHistories({ run_id: ['a', 'b'], key: ['val/acc é'] });
    await api.compare(['a', 'b']);
    expect(asked.map(({ url }) => url)).toEqual([
      'http://example.org/hub/user/ada/trackbook/api/runs/r1/tables/val%2Facc%20%C3%A9?first=0&limit=500',
      'http://example.org/hub/user/ada/trackbook/api/points?run_id=a&run_id=b&key=val%2Facc+%C3%A9',
      'http://example.org/hub/user/ada/trackbook/api/compare?run_id=a&run_id=b'
    ]);
  });

  it('sends only the fields of an edit that are there', async () => {
    const { api, asked } = answering(200, '{}');
    await api.editRun('r1', { starred: true });
    expect(asked[0]?.init).toMatchObject({
      method: 'PATCH',
      body: '{"starred":true}'
    });
  });
});

describe('an answer that the server knows by a tag', () => {
  function serving(): {
    api: Api;
    asked: Asked[];
    say: (body: string) => void;
  } {
    const asked: Asked[] = [];
    let body = '{"change":1,"runs":[]}';
    const settings = ServerConnection.makeSettings({ baseUrl: '/' });
    const api = createApi(settings, async (url, init) => {
      asked.push({ url, init });
      const tag = `"${body.length}-${body}"`;
      const known = new Headers(init.headers).get('If-None-Match');
      return known === tag
        ? new Response(null, { status: 304, headers: { ETag: tag } })
        : new Response(body, { status: 200, headers: { ETag: tag } });
    });
    return { api, asked, say: next => (body = next) };
  }

  it('is not sent again while it holds, and stays the same object', async () => {
    const { api, asked, say } = serving();
    const first = await api.listRuns({ since: 1 });
    expect(await api.listRuns({ since: 1 })).toBe(first);
    expect(new Headers(asked[1]?.init.headers).has('If-None-Match')).toBe(true);
    say('{"change":2,"runs":[]}');
    expect(await api.listRuns({ since: 1 })).toEqual({ change: 2, runs: [] });
    expect((await api.listRuns({ since: 1 })).change).toBe(2);
  });

  it('is of its address alone, and edits are never asked that way', async () => {
    const { api, asked } = serving();
    await api.listRuns({ since: 1 });
    await api.listRuns({ since: 2 });
    await api.getRun('r1');
    await api.editRun('r1', { starred: true });
    for (const { init } of asked) {
      expect(new Headers(init.headers).has('If-None-Match')).toBe(false);
    }
  });

  it('is forgotten once there were many others', async () => {
    const { api, asked } = serving();
    for (let since = 0; since <= 20; since += 1) {
      await api.listRuns({ since });
    }
    await api.listRuns({ since: 0 });
    await api.listRuns({ since: 20 });
    const known = asked.map(({ init }) =>
      new Headers(init.headers).has('If-None-Match')
    );
    expect(known.slice(-2)).toEqual([false, true]);
  });
});

describe('a failure', () => {
  it('carries the server’s problem', async () => {
    const problem = {
      error: 'run_not_found',
      message: 'No run r9.',
      position: null
    };
    const { api } = answering(404, JSON.stringify(problem));
    expect(await failureOf(api.getRun('r9'))).toEqual({
      kind: 'refused',
      status: 404,
      problem
    });
  });

  it('tells a server without trackbook from a run that is not there', async () => {
    const { api } = answering(404, '<html>404</html>');
    expect(await failureOf(api.status())).toEqual({ kind: 'missing' });
  });

  it('takes a gateway without a server behind it for offline', async () => {
    const { api } = answering(503, '');
    expect(await failureOf(api.status())).toEqual({ kind: 'offline' });
  });

  it('is broken where the answer is no JSON', async () => {
    const { api } = answering(200, 'hello');
    expect((await failureOf(api.status()))?.kind).toBe('broken');
  });
});
