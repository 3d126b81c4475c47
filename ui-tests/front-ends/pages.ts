/**
 * What the stories of other front ends see of the server.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import { expect } from '../tests/fixtures';
import { serverOf } from '../tests/story';

/** What a page posts to a place of the server, as it goes on. */
export function posted(page: Page, place: string): readonly string[] {
  const bodies: string[] = [];
  page.on('request', request => {
    if (request.method() === 'POST' && request.url().includes(place)) {
      bodies.push(request.postData() ?? '');
    }
  });
  return bodies;
}

type Cell = {
  readonly id: string;
  readonly source: string;
  /** What the cell's outputs say as plain text. */
  readonly texts: readonly string[];
};

/** The cells of the notebook that a run gives back. */
export async function revisionOf(
  page: IJupyterLabPageFixture,
  runId: string
): Promise<readonly Cell[]> {
  const url = `${serverOf(page)}/trackbook/api/runs/${runId}/revisions/latest`;
  const response = await page.request.get(url);
  expect(response.ok()).toBe(true);
  return (await response.json()).cells.map((cell: NotebookCell) => ({
    id: cell.id,
    source: joined(cell.source),
    texts: cell.outputs.map(({ data }) => joined(data?.['text/plain'] ?? ''))
  }));
}

/** As a file has it: a text may stand there line by line. */
type Text = string | readonly string[];

type NotebookCell = {
  readonly id: string;
  readonly source: Text;
  readonly outputs: readonly { readonly data?: Record<string, Text> }[];
};

function joined(text: Text): string {
  return typeof text === 'string' ? text : text.join('');
}

export type Run = {
  readonly run_id: string;
  readonly status: string;
  readonly notebook_path: string | null;
};

/** The runs of a notebook, the newest first. */
export async function runsOf(
  page: IJupyterLabPageFixture,
  path: string
): Promise<readonly Run[]> {
  const query = new URLSearchParams({ notebook_path: path });
  const url = `${serverOf(page)}/trackbook/api/runs?${query}`;
  return (await (await page.request.get(url)).json()).runs;
}
