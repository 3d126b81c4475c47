/**
 * The cells of a notebook of unknown shape: the server promises JSON, no more.
 */

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
