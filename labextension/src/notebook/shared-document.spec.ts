import { NotebookModel } from '@jupyterlab/notebook';
import { describe, expect, it } from 'vitest';

import type { SourceDocument } from './capture-tracker';
import { sharedDocument } from './shared-document';

function open(minor = 5) {
  const model = new NotebookModel();
  model.fromJSON({
    nbformat: 4,
    nbformat_minor: minor,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    cells: [
      {
        cell_type: 'markdown',
        id: 'a',
        source: '# hi',
        metadata: { tags: ['x'] }
      },
      {
        cell_type: 'code',
        id: 'b',
        source: 'print(1)',
        metadata: {},
        execution_count: 1,
        outputs: [{ output_type: 'stream', name: 'stdout', text: '1\n' }]
      }
    ]
  });
  return { model, document: sharedDocument(model.sharedModel) };
}

function whole(document: SourceDocument): unknown {
  const cells = document.cells().map(cell => cell.toJSON());
  return JSON.parse(JSON.stringify({ ...document.frame(), cells }));
}

describe('a notebook as it is captured', () => {
  it.each([5, 4])('is what would be saved (nbformat 4.%i)', minor => {
    const { model, document } = open(minor);
    expect(whole(document)).toEqual(JSON.parse(JSON.stringify(model.toJSON())));
  });

  it('has the same cells as long as they are the same', () => {
    const { document } = open();
    expect(document.cells()).toEqual(document.cells());
    expect(document.cells()[0]).toBe(document.cells()[0]);
  });

  it('hears of sources, counts and metadata', () => {
    const { model, document } = open();
    const cell = model.sharedModel.getCell(1);
    let heard = 0;
    document.cells()[1]?.onChange(() => (heard += 1));
    cell.setSource('print(2)');
    cell.setMetadata('tags', ['y']);
    expect(heard).toBe(2);
  });

  it('hears of outputs, which JupyterLab writes silently', () => {
    const { model, document } = open();
    const cell = model.sharedModel.getCell(1);
    let heard = 0;
    document.cells()[1]?.onChange(() => (heard += 1));
    if (!('updateOutputs' in cell)) {
      throw new Error('the second cell is a code cell');
    }
    const output = {
      output_type: 'stream',
      name: 'stdout',
      text: '2\n'
    } as const;
    const write = (): void => {
      cell.updateOutputs(0, 1, [output]);
    };
    cell.transact(write, false, 'silent-change');
    expect(heard).toBe(1);
    expect(document.cells()[1]?.toJSON()).toMatchObject({ outputs: [output] });
  });
});
