import { NotebookModel } from '@jupyterlab/notebook';
import { describe, expect, it } from 'vitest';

import { documentOf, keptCells, replaceDocument, takeCells } from './apply';
import { readDocument } from './document';
import type { RestoredDocument } from './document';

type Cell = Record<string, unknown>;

function code(id: string, source: string, printed?: string): Cell {
  return {
    cell_type: 'code',
    id,
    source,
    metadata: {},
    execution_count: printed === undefined ? null : 1,
    outputs:
      printed === undefined
        ? []
        : [{ output_type: 'stream', name: 'stdout', text: printed }]
  };
}

function documentWith(cells: readonly Cell[], metadata = {}): RestoredDocument {
  const document = readDocument({
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells
  });
  if (document === null) {
    throw new Error('no notebook');
  }
  return document;
}

function open(document: RestoredDocument): NotebookModel {
  const model = new NotebookModel({ disableDocumentWideUndoRedo: true });
  model.fromJSON(JSON.parse(JSON.stringify(document)));
  model.sharedModel.clearUndoHistory();
  return model;
}

const PRESENT = documentWith(
  [
    code('a', 'import x'),
    code('b', 'depth = 8', '8'),
    code('c', 'fit()', '0.9'),
    code('d', 'plot()')
  ],
  { study: 1 }
);
const REVISION = documentWith(
  [
    code('a', 'import x'),
    code('s', 'scale()'),
    code('b', 'depth = 6', '6'),
    code('c', 'fit()', '0.8'),
    {
      cell_type: 'markdown',
      id: 'm',
      source: '# end',
      metadata: { tags: ['t'] }
    }
  ],
  { study: 2, more: { of: [1, 'ü'] } }
);

describe('replacing the open notebook', () => {
  it('makes it equal, and keeps the cells that are', () => {
    const { sharedModel } = open(PRESENT);
    const [first] = sharedModel.cells;
    expect(replaceDocument(sharedModel, REVISION)).toBe(true);
    expect(documentOf(sharedModel)).toEqual(REVISION);
    expect(sharedModel.cells[0]).toBe(first);
    expect(replaceDocument(sharedModel, REVISION)).toBe(false);
  });

  it('is one change and one step of undo for cells and outputs', () => {
    const { sharedModel } = open(PRESENT);
    let changes = 0;
    sharedModel.changed.connect((_, change) => {
      changes += change.cellsChange === undefined ? 0 : 1;
    });
    replaceDocument(sharedModel, REVISION);
    expect(changes).toBe(1);
    sharedModel.undo();
    expect(documentOf(sharedModel).cells).toEqual(PRESENT.cells);
    // The notebook's own metadata is not in the undo history: hence "Undo restore".
    expect(sharedModel.metadata).toEqual(REVISION.metadata);
    replaceDocument(sharedModel, PRESENT);
    expect(documentOf(sharedModel)).toEqual(PRESENT);
  });

  it('trusts nothing that came back', () => {
    const model = open(PRESENT);
    for (const cell of model.cells) {
      cell.trusted = true;
    }
    replaceDocument(
      model.sharedModel,
      documentWith([
        code('a', 'import x'),
        { ...code('b', 'depth = 6', '6'), metadata: { trusted: true } }
      ])
    );
    expect([...model.cells].map(cell => cell.trusted)).toEqual([true, false]);
  });

  it('takes a document without ids for the same cells', () => {
    const { sharedModel } = open(PRESENT);
    const cells = [...sharedModel.cells];
    const bare = [...REVISION.cells.slice(0, 2), ...PRESENT.cells.slice(3)].map(
      ({ id: _id, ...cell }) => cell
    );
    replaceDocument(sharedModel, documentWith(bare));
    expect(sharedModel.cells[0]).toBe(cells[0]);
    expect(sharedModel.cells[2]).toBe(cells[3]);
  });

  it('looks at the whole of a picture', () => {
    const shown = (middle: string): Cell => ({
      ...code('a', 'plot()'),
      outputs: [
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'image/png': `${'A'.repeat(900)}${middle}${'A'.repeat(900)}` }
        }
      ]
    });
    const { sharedModel } = open(documentWith([shown('x')]));
    const target = documentWith([shown('y')]);
    expect(replaceDocument(sharedModel, target)).toBe(true);
    expect(documentOf(sharedModel).cells).toEqual(target.cells);
  });

  it('can empty a notebook and fill it again', () => {
    const { sharedModel } = open(PRESENT);
    replaceDocument(sharedModel, documentWith([]));
    expect(sharedModel.cells).toHaveLength(0);
    replaceDocument(sharedModel, PRESENT);
    expect(documentOf(sharedModel)).toEqual(PRESENT);
  });

  it('keeps the longest row of equal cells', () => {
    expect(keptCells([...'abcde'], [...'cdxab'])).toEqual([
      [0, 3],
      [1, 4]
    ]);
    expect(keptCells([...'aab'], [...'aba'])).toHaveLength(2);
    expect(keptCells([], ['a'])).toEqual([]);
  });
});

describe('taking single cells', () => {
  const pairs = new Map([
    [0, 'a'],
    [2, 'b'],
    [3, 'c']
  ]);
  const sources = (model: NotebookModel): string[] =>
    model.sharedModel.cells.map(cell => cell.getSource());

  it('puts each in its place, in one step', () => {
    const model = open(PRESENT);
    expect(takeCells(model.sharedModel, REVISION, [4, 1, 2], pairs)).toBe(true);
    expect(sources(model)).toEqual([
      'import x',
      'scale()',
      'depth = 6',
      'fit()',
      '# end',
      'plot()'
    ]);
    model.sharedModel.undo();
    expect(documentOf(model.sharedModel).cells).toEqual(PRESENT.cells);
  });

  it('changes a cell in place that has another id by now', () => {
    const model = open(PRESENT);
    takeCells(model.sharedModel, REVISION, [1], new Map([[1, 'd']]));
    expect(sources(model)[3]).toBe('scale()');
    expect(model.sharedModel.cells[3]?.getId()).toBe('d');
  });

  it('puts a first cell first', () => {
    const model = open(documentWith([code('z', 'z')]));
    takeCells(model.sharedModel, REVISION, [0, 1], new Map());
    expect(sources(model)).toEqual(['import x', 'scale()', 'z']);
  });
});

describe('reading a document', () => {
  it('joins texts, leaves JSON alone, and drops marks of trust', () => {
    const document = readDocument({
      nbformat: 4,
      nbformat_minor: 4,
      metadata: {},
      cells: [
        {
          cell_type: 'code',
          source: ['a\n', 'b'],
          metadata: { trusted: true, x: 1 },
          execution_count: null,
          outputs: [
            {
              output_type: 'display_data',
              metadata: {},
              data: {
                'text/plain': ['x\n', 'y'],
                'application/json': ['p', 'q']
              }
            }
          ]
        }
      ]
    });
    expect(document?.cells[0]).toEqual({
      cell_type: 'code',
      source: 'a\nb',
      metadata: { x: 1 },
      execution_count: null,
      outputs: [
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'text/plain': 'x\ny', 'application/json': ['p', 'q'] }
        }
      ]
    });
  });

  it.each([null, [], { nbformat: 3 }, { nbformat: 4, cells: [1] }])(
    'refuses what is no notebook',
    json => {
      expect(readDocument(json)).toBeNull();
    }
  );
});
