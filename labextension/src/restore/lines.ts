/**
 * What restoring would do to the open notebook, line by line and in words. Pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellDifference, NotebookDifference } from '../contract';

export type LineKind = 'returns' | 'changes' | 'moves' | 'goes' | 'stays';

export type Line = {
  readonly kind: LineKind;
  readonly cell: CellDifference;
  /** The line of code that says it best, as it will be. */
  readonly code: string;
  /** What differs, in words. */
  readonly detail: string;
};

/** What the two sides are called: r7, and the r12 that the present is kept as. */
export type Names = { readonly restored: string; readonly kept: string };

export function linesOf(
  { cells }: NotebookDifference,
  names: Names,
  trans: TranslationBundle
): readonly Line[] {
  return cells.map(cell => {
    const kind = kindOf(cell);
    const [now, then] = firstDifference(cell);
    return {
      kind,
      cell,
      code: kind === 'changes' && then !== '' ? then : cell.title,
      detail: detailOf(kind, cell, now, names, trans)
    };
  });
}

export function kindOf(cell: CellDifference): LineKind {
  switch (cell.change) {
    case 'added':
      return 'returns';
    case 'removed':
      return 'goes';
    case 'edited':
    case 'rerun':
      return 'changes';
    case 'moved':
      return 'moves';
    case 'same':
      return 'stays';
  }
}

export function wordOf(kind: LineKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'returns':
      return trans.__('returns');
    case 'changes':
      return trans.__('changes');
    case 'moves':
      return trans.__('moves');
    case 'goes':
      return trans.__('goes');
    case 'stays':
      return trans.__('stays');
  }
}

/** "1 cell returns, 2 change, 1 goes", and apart from it "10 stay". */
export function countsOf(
  { counts }: NotebookDifference,
  trans: TranslationBundle
): { readonly moving: string; readonly staying: string } {
  const { added, edited, rerun, moved, removed, same } = counts;
  const changed = edited + rerun;
  let isFirst = true;
  const say = (
    count: number,
    /** The first says that cells are meant. */
    first: string,
    next: string
  ): string => {
    if (count === 0) {
      return '';
    }
    const words = isFirst ? first : next;
    isFirst = false;
    return words;
  };
  const phrases = [
    say(
      added,
      trans._n('1 cell returns', '%1 cells return', added, added),
      trans._n('1 returns', '%1 return', added, added)
    ),
    say(
      changed,
      trans._n('1 cell changes', '%1 cells change', changed, changed),
      trans._n('1 changes', '%1 change', changed, changed)
    ),
    say(
      moved,
      trans._n('1 cell moves', '%1 cells move', moved, moved),
      trans._n('1 moves', '%1 move', moved, moved)
    ),
    say(
      removed,
      trans._n('1 cell goes', '%1 cells go', removed, removed),
      trans._n('1 goes', '%1 go', removed, removed)
    )
  ].filter(phrase => phrase !== '');
  return {
    moving: phrases.join(', '),
    staying: same === 0 ? '' : trans._n('1 stays', '%1 stay', same, same)
  };
}

function detailOf(
  kind: LineKind,
  cell: CellDifference,
  now: string,
  names: Names,
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'returns':
      return trans.__('only in %1', names.restored);
    case 'goes':
      return trans.__('only in what is open · kept in %1', names.kept);
    case 'moves':
      return trans.__('its place only');
    case 'stays':
      return '';
    case 'changes': {
      const { differs } = cell;
      if (differs.includes('source')) {
        return now === ''
          ? trans.__('more than in what is open')
          : trans.__('open now: %1', now);
      }
      if (differs.includes('type')) {
        return trans.__('open now: %1', cell.before?.cell_type ?? '');
      }
      const words = [
        differs.includes('outputs') ? trans.__('outputs') : '',
        differs.includes('metadata') ? trans.__('metadata') : '',
        differs.includes('attachments') ? trans.__('attachments') : '',
        differs.includes('other') ? trans.__('other fields') : ''
      ].filter(word => word !== '');
      return words.length === 0
        ? trans.__('execution count only')
        : trans.__('%1 only', words.join(', '));
    }
  }
}

/** The first lines that differ: as it is open, and as it was. */
function firstDifference({
  before,
  after
}: CellDifference): readonly [string, string] {
  const now = before?.source.split('\n') ?? [];
  const then = after?.source.split('\n') ?? [];
  let index = 0;
  while (
    index < now.length &&
    index < then.length &&
    now[index] === then[index]
  ) {
    index += 1;
  }
  return [now[index]?.trim() ?? '', then[index]?.trim() ?? ''];
}
