/**
 * Cells and outputs of a notebook of unknown shape: the server promises JSON, no more.
 */

import type { CellOutput } from '../contract';

export type NotebookCell = {
  readonly id: string | null;
  readonly type: 'code' | 'markdown' | 'raw';
  readonly source: string;
};

/** The cells; null where the value is no notebook. */
export function readCells(notebook: unknown): readonly NotebookCell[] | null {
  if (!isRecord(notebook) || !Array.isArray(notebook['cells'])) {
    return null;
  }
  return notebook['cells'].flatMap((cell: unknown) => {
    if (!isRecord(cell)) {
      return [];
    }
    const { id, cell_type: type, source } = cell;
    return [
      {
        id: typeof id === 'string' ? id : null,
        type: type === 'markdown' || type === 'raw' ? type : 'code',
        source: joinLines(source)
      }
    ];
  });
}

/** An output as a notebook holds it; null where the value is none. */
export function readOutput(value: unknown): CellOutput | null {
  if (!isRecord(value)) {
    return null;
  }
  const { output_type: kind, name, text, data, metadata, traceback } = value;
  const common = { index: 0, omitted_bytes: 0, head_length: 0, blobs: {} };
  if (kind === 'error') {
    return {
      ...common,
      kind: 'stream',
      name: 'stderr',
      text: Array.isArray(traceback) ? traceback.map(String).join('\n') : '',
      data: {},
      metadata: {}
    };
  }
  return {
    ...common,
    kind:
      kind === 'stream' || kind === 'execute_result' ? kind : 'display_data',
    name: typeof name === 'string' ? name : '',
    text: joinLines(text),
    data: isRecord(data) ? data : {},
    metadata: isRecord(metadata) ? metadata : {}
  };
}

/** nbformat writes a text as a string or as a list of its lines. */
function joinLines(source: unknown): string {
  if (Array.isArray(source)) {
    return source.filter(line => typeof line === 'string').join('');
  }
  return typeof source === 'string' ? source : '';
}

/** Whether a value of unknown shape is an object with keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
