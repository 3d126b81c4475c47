/**
 * What a difference of notebooks shows: pure functions.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  CellDifference,
  CellSide,
  NotebookDifference,
  OutputRef
} from '../contract';
import { isImage } from '../run/output-kinds';

/** Whether there is anything to see of a cell; that only its id differs is nothing. */
export function cellDiffers(cell: CellDifference): boolean {
  return cell.change !== 'same';
}

/** The word of what became of a cell. */
export function changeWord(
  change: CellDifference['change'],
  trans: TranslationBundle
): string {
  switch (change) {
    case 'added':
      return trans.__('added');
    case 'removed':
      return trans.__('removed');
    case 'edited':
      return trans.__('edited');
    case 'rerun':
      return trans.__('re-run');
    case 'moved':
      return trans.__('moved');
    case 'same':
      return trans.__('same');
  }
}

/** What a cell is called; an empty or a damaged one has no line of its own. */
export function cellTitle(
  cell: CellDifference,
  trans: TranslationBundle
): string {
  if (cell.before?.damaged === true || cell.after?.damaged === true) {
    return trans.__('(damaged cell)');
  }
  return cell.title === '' ? trans.__('(empty cell)') : cell.title;
}

/** Where a cell stands, on either side, for those who ask. */
export function cellPlaces(
  { before, after }: CellDifference,
  trans: TranslationBundle
): string {
  if (before !== null && after !== null) {
    return before.place === after.place
      ? trans.__('Cell %1', after.place)
      : trans.__('Cell %1, before: cell %2', after.place, before.place);
  }
  const side = after ?? before;
  return side === null ? '' : trans.__('Cell %1', side.place);
}

/** How the language of a cell is called among JupyterLab's; none for plain text. */
export function languageOf(
  { cell_type: type }: CellSide,
  notebookLanguage: string
): string {
  switch (type) {
    case 'code':
      return notebookLanguage;
    case 'markdown':
      return 'ipythongfm';
    default:
      return '';
  }
}

export type OutputPair = {
  readonly before: OutputRef | null;
  readonly after: OutputRef | null;
};

/** The outputs of a cell side by side: equal ones first, then those of a kind. */
export function pairOutputs(
  before: readonly OutputRef[],
  after: readonly OutputRef[]
): readonly OutputPair[] {
  const pairs: OutputPair[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i] ?? null;
    const right = after[j] ?? null;
    if (left === null || right === null || alike(left, right)) {
      pairs.push({ before: left, after: right });
      i += 1;
      j += 1;
      continue;
    }
    // The one that the other side has further on waits for its turn.
    const leftLater = after.slice(j).findIndex(other => alike(left, other));
    const rightLater = before.slice(i).findIndex(other => alike(other, right));
    if (rightLater >= 0 && (leftLater < 0 || rightLater <= leftLater)) {
      pairs.push({ before: left, after: null });
      i += 1;
    } else if (leftLater >= 0) {
      pairs.push({ before: null, after: right });
      j += 1;
    } else {
      pairs.push({ before: left, after: right });
      i += 1;
      j += 1;
    }
  }
  return pairs;
}

function alike(one: OutputRef, other: OutputRef): boolean {
  return one.sha256 === other.sha256 || kindOf(one) === kindOf(other);
}

type Kind = 'text' | 'error' | 'picture' | 'output' | 'damaged';

/** What a person sees of an output. */
export function kindOf({ kind, parts, damaged }: OutputRef): Kind {
  if (damaged) {
    return 'damaged';
  }
  if (kind === 'stream' || kind === 'error') {
    return kind === 'error' ? 'error' : 'text';
  }
  if (parts.some(part => isImage(part.mime_type))) {
    return 'picture';
  }
  return parts.every(part => part.mime_type === 'text/plain')
    ? 'text'
    : 'output';
}

/** The outputs of one side in a few words. */
export function describeRefs(
  refs: readonly OutputRef[],
  trans: TranslationBundle
): string {
  const count = (kind: Kind): number =>
    refs.filter(ref => kindOf(ref) === kind).length;
  const [texts, errors, pictures, others, damaged] = [
    count('text'),
    count('error'),
    count('picture'),
    count('output'),
    count('damaged')
  ];
  const words = [
    pictures > 0 ? trans._n('picture', '%1 pictures', pictures, pictures) : '',
    texts > 0 ? trans._n('text', '%1 texts', texts, texts) : '',
    errors > 0 ? trans._n('error', '%1 errors', errors, errors) : '',
    others > 0 ? trans._n('output', '%1 outputs', others, others) : '',
    damaged > 0 ? trans._n('damaged', '%1 damaged', damaged, damaged) : ''
  ].filter(word => word !== '');
  return words.length === 0 ? trans.__('none') : words.join(', ');
}

/** How many cells there are of each kind, in one line: "1 edited, 2 re-run". */
export function describeCounts(
  { counts }: NotebookDifference,
  trans: TranslationBundle
): string {
  const kinds = ['edited', 'added', 'removed', 'moved', 'rerun'] as const;
  return kinds
    .filter(kind => counts[kind] > 0)
    .map(kind => `${counts[kind]} ${changeWord(kind, trans)}`)
    .join(', ');
}

const MAX_TEXT = 2000;

/** JSON to be compared by eye: keys in order, long texts cut short. */
export function prettyJson(value: unknown): string {
  const shorten = (inner: unknown): unknown => {
    if (typeof inner === 'string' && inner.length > MAX_TEXT) {
      return `${inner.slice(0, MAX_TEXT)}… (${inner.length.toLocaleString()} characters)`;
    }
    if (Array.isArray(inner)) {
      return inner.map(shorten);
    }
    if (typeof inner === 'object' && inner !== null) {
      return Object.fromEntries(
        Object.entries(inner)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, one]) => [key, shorten(one)])
      );
    }
    return inner;
  };
  return JSON.stringify(shorten(value), null, 2) ?? '';
}
