/**
 * A notebook's shared model as a `SourceDocument`.
 */
import type { INotebookModel } from '@jupyterlab/notebook';

import type { JsonObject, SourceCell, SourceDocument } from './capture-tracker';

type SharedNotebook = INotebookModel['sharedModel'];
type SharedCell = SharedNotebook['cells'][number];

/** What a shared cell stands on: the only place that hears of every change, outputs too. */
type Observable = { readonly observeDeep: (heard: () => void) => void };

export function sharedDocument(model: SharedNotebook): SourceDocument {
  const wrapped = new WeakMap<SharedCell, SourceCell>();
  // Formats before 4.5 have no cell ids; a saved file has none then, either.
  const hasIds = (): boolean =>
    model.nbformat > 4 || (model.nbformat === 4 && model.nbformat_minor >= 5);

  function wrap(cell: SharedCell): SourceCell {
    const known = wrapped.get(cell);
    if (known !== undefined) {
      return known;
    }
    const source: SourceCell = {
      toJSON: () => {
        const { id, ...rest } = asObject(cell.toJSON());
        return hasIds() ? { id, ...rest } : rest;
      },
      onChange: changed => {
        const observable = observableOf(cell);
        if (observable !== null) {
          observable.observeDeep(changed);
        } else {
          cell.changed.connect(changed);
        }
      }
    };
    wrapped.set(cell, source);
    return source;
  }

  return {
    frame: () => ({
      metadata: model.metadata,
      nbformat: model.nbformat,
      nbformat_minor: model.nbformat_minor
    }),
    cells: () => model.cells.map(wrap)
  };
}

function asObject(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value));
}

/**
 * The Yjs map under a shared cell. Its `changed` signal leaves out what JupyterLab
 * itself writes (outputs), which are changes all the same.
 */
function observableOf(cell: SharedCell): Observable | null {
  const model: unknown = 'ymodel' in cell ? cell.ymodel : null;
  return isObservable(model) ? model : null;
}

function isObservable(value: unknown): value is Observable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'observeDeep' in value &&
    typeof value.observeDeep === 'function'
  );
}
