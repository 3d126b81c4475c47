import { NotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import type { Captured, RefillRequest } from '../contract';
import {
  makeCell,
  makeDifference,
  makeNotebookSide,
  makeSide
} from '../../tests/differences';
import { documentOf } from './apply';
import type { NotebookContext } from './notebook-places';
import { Restorer } from './restorer';
import type { RestorerSite } from './restorer';

type Cell = { readonly id: string; readonly source: string };

function json(cells: readonly Cell[]): unknown {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map(cell => ({
      cell_type: 'code',
      metadata: {},
      outputs: [],
      execution_count: null,
      ...cell
    }))
  };
}

/** A notebook that is open, a server that keeps it, and a folder. */
function stage(part: { redacted?: number; readOnly?: boolean } = {}) {
  const model = new NotebookModel();
  model.fromJSON(
    JSON.parse(JSON.stringify(json([{ id: 'a', source: 'key = "now"' }])))
  );
  model.readOnly = part.readOnly ?? false;
  const context = {
    path: 'work/churn.ipynb',
    model,
    isDisposed: false
  } as unknown as NotebookContext;
  const happened: string[] = [];
  const saved: Record<string, unknown> = {};
  const refills: Partial<RefillRequest>[] = [];
  const hooks = {
    keep: async (): Promise<void> => undefined,
    revision: async (): Promise<void> => undefined,
    save: async (): Promise<void> => undefined
  };
  const replaced: RestorerSite['replaced'] = new WeakMap();
  const restorer = new Restorer({
    replaced,
    api: {
      revision: async (_, which) => {
        await hooks.revision();
        happened.push(`read ${which}`);
        return json([
          { id: 'a', source: 'key = "<redacted>"' },
          { id: 'b', source: 'more()' }
        ]);
      },
      differences: async (before, after) => {
        happened.push(`compare ${before} ${after}`);
        return makeDifference(
          [
            makeCell({
              change: 'edited',
              before: makeSide('key', { place: 1, cell_id: 'a' }),
              after: makeSide('key', { place: 1, cell_id: 'a' })
            })
          ],
          {
            after: makeNotebookSide('r7', {
              revision: {
                ...makeNotebookSide('r7').revision,
                redacted_count: part.redacted ?? 0
              }
            })
          }
        );
      },
      refill: async (_, request) => {
        refills.push(request);
        return {
          cells: [
            { place: 1, title: 'key', source: 'key = "back"', left_count: 0 },
            { place: 2, title: 'more()', source: 'more()', left_count: 1 }
          ]
        };
      }
    },
    keepPresent: async (): Promise<Captured> => {
      const sources = documentOf(model.sharedModel).cells.map(c => c.source);
      await hooks.keep();
      happened.push(`keep ${sources.join('; ')}`);
      return {
        revision_id: 'kept-id',
        number: 12,
        redacted_count: part.redacted ?? 0,
        missing: []
      };
    },
    contents: {
      localPath: (path: string) => path,
      save: async (path: string, options: { content: unknown }) => {
        await hooks.save();
        happened.push('save');
        saved[path] = options.content;
      }
    } as never,
    trans: nullTranslator.load('trackbook'),
    clock: () => Date.UTC(2026, 10, 28, 7, 40, 12)
  });
  const sources = (): string[] =>
    documentOf(model.sharedModel).cells.map(cell => cell.source);
  const wanted = { runId: 'run-7', which: 'latest' };
  return {
    model,
    context,
    restorer,
    replaced,
    hooks,
    happened,
    saved,
    refills,
    sources,
    wanted
  };
}

const fails = async (): Promise<never> => {
  throw new Error('no');
};

describe('replacing', () => {
  it('keeps the present before it changes anything', async () => {
    const { restorer, context, wanted, happened, sources } = stage();
    const outcome = await restorer.replace(context, wanted);
    expect(happened).toEqual([
      'read latest',
      'keep key = "now"',
      'compare kept-id run-7'
    ]);
    expect(outcome).toMatchObject({
      kept: { name: 'r12' },
      changed: true,
      keptFile: null,
      left: []
    });
    expect(sources()).toEqual(['key = "<redacted>"', 'more()']);
  });

  it.each(['keep', 'revision', 'save'] as const)(
    'changes nothing where it can’t %s',
    async step => {
      const { restorer, replaced, context, wanted, hooks, sources } = stage({
        redacted: 1
      });
      hooks[step] = fails;
      await expect(restorer.replace(context, wanted)).rejects.toThrow(/no/);
      expect(sources()).toEqual(['key = "now"']);
      expect(replaced.has(context)).toBe(false);
      // And the next one is not in the way of the one that failed.
      hooks[step] = async () => undefined;
      expect((await restorer.replace(context, wanted)).changed).toBe(true);
    }
  );

  it.each(['keep', 'revision'] as const)(
    'changes nothing where it is stopped while it waits for %s',
    async step => {
      const { restorer, context, wanted, hooks, sources, saved } = stage({
        redacted: 1
      });
      const stopping = new AbortController();
      hooks[step] = async () => stopping.abort();
      await expect(
        restorer.replace(context, wanted, stopping.signal)
      ).rejects.toThrow(/abort/i);
      expect(sources()).toEqual(['key = "now"']);
      expect(saved).toEqual({});
      hooks[step] = async () => undefined;
      expect((await restorer.replace(context, wanted)).changed).toBe(true);
    }
  );

  it('puts secrets back, and the present beside the notebook', async () => {
    const { restorer, context, wanted, saved, refills, sources } = stage({
      redacted: 1
    });
    const outcome = await restorer.replace(context, wanted);
    expect(refills).toEqual([
      { revision_id: 'latest', sources: { '1': 'key = "now"' } }
    ]);
    expect(sources()).toEqual(['key = "back"', 'more()']);
    expect(outcome.left).toEqual(['more()']);
    const path = 'work/churn (before restore 2026-11-28 07.40.12).ipynb';
    expect(outcome.keptFile).toBe(path);
    expect(saved[path]).toMatchObject({ cells: [{ source: 'key = "now"' }] });
  });

  it('leaves a notebook that can’t be written', async () => {
    const { restorer, context, wanted, sources } = stage({ readOnly: true });
    await expect(restorer.replace(context, wanted)).rejects.toThrow(
      /churn\.ipynb can’t be written/
    );
    expect(sources()).toEqual(['key = "now"']);
  });

  it('keeps again what changed while it was sent', async () => {
    const { restorer, context, wanted, hooks, happened, model } = stage();
    let edits = 0;
    hooks.keep = async () => {
      edits += 1;
      if (edits === 1) {
        model.sharedModel.getCell(0).setSource('typed meanwhile');
      }
    };
    await restorer.replace(context, wanted);
    expect(happened.filter(what => what.startsWith('keep'))).toEqual([
      'keep key = "now"',
      'keep typed meanwhile'
    ]);
    await restorer.undo(context);
    expect(model.sharedModel.getCell(0).getSource()).toBe('typed meanwhile');
  });

  it('refuses a second one, here and of another client', async () => {
    const { restorer, context, wanted, hooks, model } = stage();
    let release = (): void => undefined;
    hooks.revision = () =>
      new Promise<void>(resolve => {
        release = resolve;
      });
    const first = restorer.replace(context, wanted);
    await expect(restorer.replace(context, wanted)).rejects.toThrow(
      /another restore of churn\.ipynb is under way/i
    );
    release();
    expect((await first).changed).toBe(true);
    hooks.revision = async () => undefined;
    model.sharedModel.setState('trackbookRestoring', Date.now());
    await expect(restorer.replace(context, wanted)).rejects.toThrow(
      /under way/
    );
    // A page that was closed in the midst is not waited for.
    model.sharedModel.setState('trackbookRestoring', Date.now() - 120_000);
    await restorer.replace(context, wanted);
  });
});

describe('undoing', () => {
  it('puts all of it back, and can be undone', async () => {
    const { restorer, context, wanted, sources, happened } = stage();
    expect(await restorer.undo(context)).toBeNull();
    await restorer.replace(context, wanted);
    happened.length = 0;
    expect((await restorer.undo(context))?.name).toBe('r12');
    expect(happened).toEqual(['keep key = "<redacted>"; more()']);
    expect(sources()).toEqual(['key = "now"']);
    await restorer.undo(context);
    expect(sources()).toEqual(['key = "<redacted>"', 'more()']);
  });

  it('undoes single cells the same way', async () => {
    const { restorer, context, wanted, sources } = stage();
    await restorer.take(context, wanted, [1]);
    expect(sources()).toEqual(['key = "now"', 'more()']);
    await restorer.undo(context);
    expect(sources()).toEqual(['key = "now"']);
  });
});
