/**
 * Does what was chosen: keeps the present first, then changes the open notebook.
 *
 * Nothing is changed unless the present was kept; one restore of a notebook at a time.
 */
import type { Contents } from '@jupyterlab/services';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { messageOf } from '../api';
import type { Api } from '../api';
import type { Captured, NotebookDifference } from '../contract';
import { documentOf, replaceDocument, takeCells } from './apply';
import type { SharedNotebook } from './apply';
import { idOf, readDocument } from './document';
import type { RestoredDocument } from './document';
import { lockOf } from './lock';
import { watchChanges } from './watch-changes';
import type { NotebookContext } from './notebook-places';

/** A revision of a run: `which` is its id, `latest` or `executed`. */
export type Wanted = {
  readonly runId: string;
  readonly which: string;
};

/** What has become of a restore, for the words that follow. */
export type Outcome = {
  readonly kept: Kept;
  readonly changed: boolean;
  /** Where the present stands as a plain file, because it holds secrets. */
  readonly keptFile: string | null;
  /** Cells in which a replaced value could not be put back. */
  readonly left: readonly string[];
};

export type Kept = {
  readonly revisionId: string;
  readonly name: string;
  readonly redactedCount: number;
};

export type RestorerSite = {
  readonly api: Pick<Api, 'revision' | 'refill' | 'differences'>;
  readonly keepPresent: (context: NotebookContext) => Promise<Captured>;
  readonly contents: Contents.IManager;
  readonly trans: TranslationBundle;
  readonly clock: () => number;
  /** What the last restore into a notebook replaced. */
  readonly replaced: WeakMap<NotebookContext, RestoredDocument>;
};

type Apply = (
  model: SharedNotebook,
  target: RestoredDocument,
  difference: NotebookDifference
) => boolean;

/** How often the present is kept again because it changed meanwhile. */
const MAX_KEPT = 3;

export class Restorer {
  constructor(private readonly site: RestorerSite) {}

  /** Keeps what is open as a revision; answers its name. */
  async keep(context: NotebookContext): Promise<Kept> {
    const { trans } = this.site;
    const { revision_id, number, redacted_count } =
      await this.site.keepPresent(context);
    if (revision_id === null) {
      throw new Error(
        trans.__('What is open could not be kept; nothing was changed.')
      );
    }
    return {
      revisionId: revision_id,
      name:
        number === null ? revision_id.slice(0, 12) : trans.__('r%1', number),
      redactedCount: redacted_count
    };
  }

  /** What would change, from what was kept to the revision that is wanted. */
  async compare(kept: Kept, wanted: Wanted): Promise<NotebookDifference> {
    return this.site.api.differences(kept.revisionId, refOf(wanted));
  }

  /** Makes the open notebook equal to the revision, unless it is stopped before. */
  async replace(
    context: NotebookContext,
    wanted: Wanted,
    signal?: AbortSignal
  ): Promise<Outcome> {
    return this.change(
      context,
      wanted,
      (model, target) => replaceDocument(model, target),
      signal
    );
  }

  /** Takes single cells of the revision, by their places from 0. */
  async take(
    context: NotebookContext,
    wanted: Wanted,
    picked: readonly number[],
    signal?: AbortSignal
  ): Promise<Outcome> {
    return this.change(
      context,
      wanted,
      (model, target, difference) =>
        takeCells(model, target, picked, openIds(difference)),
      signal
    );
  }

  /** Puts back what was open before the last restore; null where there is none. */
  async undo(context: NotebookContext): Promise<Kept | null> {
    const before = this.site.replaced.get(context);
    if (before === undefined) {
      return null;
    }
    return lockOf(context, this.site.trans, async () => {
      const { kept, present } = await this.keepPresent(context);
      replaceDocument(context.model.sharedModel, before);
      // So that undoing can be undone.
      this.site.replaced.set(context, present);
      return kept;
    });
  }

  private async change(
    context: NotebookContext,
    wanted: Wanted,
    apply: Apply,
    signal?: AbortSignal
  ): Promise<Outcome> {
    const { api, trans } = this.site;
    if (context.model.readOnly) {
      throw new Error(
        trans.__(
          '%1 can’t be written, so it was left as it is. Open a copy instead.',
          PathExt.basename(context.path)
        )
      );
    }
    const model = context.model.sharedModel;
    return lockOf(context, trans, async () => {
      const target = readDocument(
        await api.revision(wanted.runId, wanted.which)
      );
      if (target === null) {
        throw new Error(
          trans.__('The revision is not a notebook that JupyterLab can hold.')
        );
      }
      const { kept, present } = await this.keepPresent(context);
      const watch = watchChanges(model);
      const difference = await this.compare(kept, wanted);
      const { document, left } = await this.refilled(
        wanted,
        target,
        present,
        difference
      );
      signal?.throwIfAborted();
      const keptFile =
        kept.redactedCount > 0
          ? await this.writeBeside(context, kept, present)
          : null;
      // Outputs may have come meanwhile: they are kept, too.
      const last = watch.changed
        ? (await this.keepPresent(context)).present
        : present;
      watch.stop();
      signal?.throwIfAborted();
      const changed = apply(model, document, difference);
      if (changed) {
        this.site.replaced.set(context, last);
      }
      return { kept, changed, keptFile, left };
    });
  }

  /**
   * Keeps the present; again where it changed while it was sent, so that what is kept
   * is what is there when this returns.
   */
  private async keepPresent(
    context: NotebookContext
  ): Promise<{ readonly kept: Kept; readonly present: RestoredDocument }> {
    const watch = watchChanges(context.model.sharedModel);
    try {
      for (let times = 1; ; times += 1) {
        watch.restart();
        const present = documentOf(context.model.sharedModel);
        const kept = await this.keep(context);
        if (!watch.changed || times === MAX_KEPT) {
          return { kept, present };
        }
      }
    } finally {
      watch.stop();
    }
  }

  private async refilled(
    { runId, which }: Wanted,
    target: RestoredDocument,
    present: RestoredDocument,
    difference: NotebookDifference
  ): Promise<{
    readonly document: RestoredDocument;
    readonly left: readonly string[];
  }> {
    if (difference.after.revision.redacted_count === 0) {
      return { document: target, left: [] };
    }
    const sources: Record<string, string> = {};
    for (const { before, after } of difference.cells) {
      if (before !== null && after !== null) {
        const open = present.cells[before.place - 1];
        sources[String(after.place)] = open?.source ?? '';
      }
    }
    const answer = await this.site.api.refill(runId, {
      revision_id: which,
      sources
    });
    const cells = [...target.cells];
    for (const { place, source } of answer.cells) {
      const cell = cells[place - 1];
      if (cell !== undefined) {
        cells[place - 1] = { ...cell, source };
      }
    }
    return {
      document: { ...target, cells },
      left: answer.cells
        .filter(cell => cell.left_count > 0)
        .map(cell => cell.title)
    };
  }

  /** A revision holds no secret; a plain file does, in the folder of the notebook. */
  private async writeBeside(
    context: NotebookContext,
    kept: Kept,
    present: RestoredDocument
  ): Promise<string> {
    const { contents, trans, clock } = this.site;
    const path = contents.localPath(context.path);
    const stem = PathExt.basename(path, '.ipynb');
    const at = new Date(clock())
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ')
      .replace(/:/g, '.');
    const name = trans.__('%1 (before restore %2).ipynb', stem, at);
    const beside = PathExt.join(
      PathExt.dirname(path),
      name.replace(/\//g, '-')
    );
    try {
      await contents.save(beside, {
        type: 'notebook',
        format: 'json',
        content: present
      });
    } catch (thrown) {
      throw new Error(
        trans.__(
          'Nothing was changed: what is open holds a value that looks like a secret, which %1 does not keep, and it could not be written beside the notebook (%2).',
          kept.name,
          messageOf(thrown)
        )
      );
    }
    return beside;
  }
}

/** How the server's differences name it. */
function refOf({ runId, which }: Wanted): string {
  return which === 'latest' ? runId : `${runId}:${which}`;
}

/** Which open cell, by its id, each cell of the revision is, by its place from 0. */
function openIds(difference: NotebookDifference): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  for (const { before, after } of difference.cells) {
    const id = idOf({ id: before?.cell_id });
    if (after !== null && id !== null) {
      ids.set(after.place - 1, id);
    }
  }
  return ids;
}
