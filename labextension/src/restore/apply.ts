/**
 * Puts a document, or some of its cells, into an open notebook: through the shared model
 * and in one transaction, so that undo and other clients see one change.
 *
 * A cell that is equal stays the very cell that it is. Any other is a new cell with new
 * outputs, which no client trusts until it is run.
 */
import type { INotebookModel } from '@jupyterlab/notebook';

import { endUndoStep } from '../notebook/undo';
import {
  equalCells,
  equalValues,
  idOf,
  readDocument,
  signatureOf
} from './document';
import type { JsonObject, RestoredCell, RestoredDocument } from './document';

export type SharedNotebook = INotebookModel['sharedModel'];
type NewCell = Parameters<SharedNotebook['insertCell']>[1];

/** What is open, as a document that `replaceDocument` takes. */
export function documentOf(model: SharedNotebook): RestoredDocument {
  const document = readDocument({
    metadata: model.metadata,
    nbformat: model.nbformat,
    nbformat_minor: model.nbformat_minor,
    // Also where the format has none, the open cells have ids.
    cells: model.cells.map(cell => cell.toJSON())
  });
  if (document === null) {
    throw new Error('The open notebook is of a format that is not 4.');
  }
  return document;
}

/** Makes the open notebook equal to `target`; says whether that changed anything. */
export function replaceDocument(
  model: SharedNotebook,
  target: RestoredDocument
): boolean {
  const present = documentOf(model);
  const withIds = target.cells.every(cell => idOf(cell) !== null);
  const kept = keptCells(
    present.cells.map(cell => signatureOf(cell, withIds)),
    target.cells.map(cell => signatureOf(cell, withIds))
  ).filter(([before, after]) => {
    const [open, wanted] = [present.cells[before], target.cells[after]];
    return (
      open !== undefined &&
      wanted !== undefined &&
      equalCells(open, wanted, withIds)
    );
  });
  const isSame =
    kept.length === present.cells.length && kept.length === target.cells.length;
  const sameFrame =
    equalValues(present.metadata, target.metadata) &&
    present.nbformat_minor === target.nbformat_minor;
  if (isSame && sameFrame) {
    return false;
  }
  inOneStep(model, () => {
    setFrame(model, target);
    // From the end, so that what is before keeps its place.
    let endBefore = present.cells.length;
    let endAfter = target.cells.length;
    for (const [before, after] of [[-1, -1] as const, ...kept].reverse()) {
      putCells(
        model,
        before + 1,
        endBefore,
        target.cells.slice(after + 1, endAfter)
      );
      endBefore = before;
      endAfter = after;
    }
  });
  return true;
}

/**
 * Takes single cells, each in its place: one that is there still is changed; another
 * comes behind the nearest one before it that is there.
 *
 * @param picked places in `target`, from 0.
 * @param pairs which open cell, by its id, each cell of `target` is.
 */
export function takeCells(
  model: SharedNotebook,
  target: RestoredDocument,
  picked: readonly number[],
  pairs: ReadonlyMap<number, string>
): boolean {
  const present = documentOf(model);
  const cells = [...present.cells];
  const taken = new Map<number, RestoredCell>();
  const placeOf = (index: number): number => {
    const cell = taken.get(index);
    if (cell !== undefined) {
      return cells.indexOf(cell);
    }
    const id = pairs.get(index) ?? idOf(target.cells[index] ?? {});
    return id === null ? -1 : cells.findIndex(open => idOf(open) === id);
  };
  const behind = (index: number): number => {
    for (let before = index - 1; before >= 0; before -= 1) {
      const place = placeOf(before);
      if (place >= 0) {
        return place + 1;
      }
    }
    return 0;
  };
  for (const index of [...picked].sort((a, b) => a - b)) {
    const cell = target.cells[index];
    if (cell === undefined) {
      continue;
    }
    const place = placeOf(index);
    const open = cells[place];
    // An open cell keeps its id: what refers to it still does.
    const next = open === undefined ? cell : { ...cell, id: idOf(open) };
    cells.splice(
      open === undefined ? behind(index) : place,
      open ? 1 : 0,
      next
    );
    taken.set(index, next);
  }
  return replaceDocument(model, { ...present, cells });
}

function putCells(
  model: SharedNotebook,
  from: number,
  to: number,
  cells: readonly RestoredCell[]
): void {
  if (to > from) {
    model.deleteCellRange(from, to);
  }
  if (cells.length > 0) {
    model.insertCells(from, cells.map(asNewCell));
  }
}

function setFrame(model: SharedNotebook, target: RestoredDocument): void {
  if (!equalValues(model.metadata, target.metadata)) {
    model.metadata = copyOf(target.metadata) as SharedNotebook['metadata'];
  }
  if (model.nbformat_minor !== target.nbformat_minor) {
    Reflect.set(model, 'nbformat_minor', target.nbformat_minor);
  }
}

/** What is done is a step of its own in the notebook's undo history. */
function inOneStep(model: SharedNotebook, change: () => void): void {
  endUndoStep(model);
  model.transact(change);
  endUndoStep(model);
}

/**
 * The cells that stay, as pairs of places: of the equal ones the longest row that is in
 * order on both sides.
 */
export function keptCells(
  before: readonly string[],
  after: readonly string[]
): (readonly [number, number])[] {
  const waiting = new Map<string, number[]>();
  before.forEach((text, place) => {
    const places = waiting.get(text);
    if (places === undefined) {
      waiting.set(text, [place]);
    } else {
      places.push(place);
    }
  });
  const pairs: (readonly [number, number])[] = [];
  after.forEach((text, place) => {
    const found = waiting.get(text)?.shift();
    if (found !== undefined) {
      pairs.push([found, place]);
    }
  });
  return longestRising(pairs);
}

function longestRising(
  pairs: readonly (readonly [number, number])[]
): (readonly [number, number])[] {
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  pairs.forEach(([value], index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[0] ?? 0) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    previous[index] = low > 0 ? ends[low - 1] : undefined;
    ends[low] = index;
  });
  const found: (readonly [number, number])[] = [];
  let index = ends[ends.length - 1];
  while (index !== undefined) {
    const pair = pairs[index];
    if (pair !== undefined) {
      found.push(pair);
    }
    index = previous[index];
  }
  return found.reverse();
}

/** The model checks what it is given; what it does not know it leaves out. */
function asNewCell(cell: RestoredCell): NewCell {
  const { id, ...rest } = copyOf(cell) as JsonObject;
  return (typeof id === 'string' ? { id, ...rest } : rest) as NewCell;
}

/** The shared model keeps what it is given: no document may be in two of them. */
function copyOf(value: JsonObject): unknown {
  return structuredClone(value);
}
