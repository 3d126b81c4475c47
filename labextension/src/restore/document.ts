/**
 * Notebook documents as restoring sees them: read from JSON that nobody vouches for,
 * and compared as values. Pure.
 */
import { isRecord } from '../run/notebook-cells';

export type JsonObject = { readonly [key: string]: unknown };

export type RestoredCell = JsonObject & {
  readonly cell_type: string;
  readonly source: string;
  readonly metadata: JsonObject;
};

export type RestoredDocument = {
  readonly metadata: JsonObject;
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly cells: readonly RestoredCell[];
};

const END = 200;

/** A notebook of format 4 with its texts joined; null where `json` is none. */
export function readDocument(json: unknown): RestoredDocument | null {
  if (!isRecord(json) || json['nbformat'] !== 4) {
    return null;
  }
  const { cells, metadata, nbformat_minor: minor } = json;
  if (!Array.isArray(cells) || !cells.every(isCell)) {
    return null;
  }
  return {
    metadata: isRecord(metadata) ? metadata : {},
    nbformat: 4,
    nbformat_minor: typeof minor === 'number' ? minor : 0,
    cells: cells.map(readCell)
  };
}

/** A cell as JupyterLab holds one: texts joined, no mark of trust. */
export function readCell(cell: JsonObject): RestoredCell {
  const metadata: Record<string, unknown> = isRecord(cell['metadata'])
    ? { ...cell['metadata'] }
    : {};
  delete metadata['trusted'];
  const read: Record<string, unknown> = {
    ...cell,
    source: joined(cell['source'] ?? ''),
    metadata
  };
  if (Array.isArray(cell['outputs'])) {
    read['outputs'] = cell['outputs'].map(readOutput);
  }
  if (isRecord(cell['attachments'])) {
    read['attachments'] = mapValues(cell['attachments'], readBundle);
  }
  return {
    ...read,
    cell_type: String(cell['cell_type']),
    source: String(read['source']),
    metadata
  };
}

/** The id of a cell; null where the format has none. */
export function idOf(cell: JsonObject): string | null {
  const id = cell['id'];
  return typeof id === 'string' ? id : null;
}

/**
 * A short text that is the same for equal cells, and seldom for others: of a picture it
 * has the length and both ends. The id counts where `withId`.
 */
export function signatureOf(cell: RestoredCell, withId: boolean): string {
  const { id, ...rest } = cell;
  return JSON.stringify(sorted(withId ? { id, ...rest } : rest), (_, value) =>
    typeof value === 'string' && value.length > 2 * END
      ? `${value.length} ${value.slice(0, END)} ${value.slice(-END)}`
      : value
  );
}

/** Whether two values are the same JSON; a key without a value is none. */
export function equalValues(one: unknown, other: unknown): boolean {
  if (one === other) {
    return true;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length &&
      one.every((value, index) => equalValues(value, other[index]))
    );
  }
  if (!isRecord(one) || !isRecord(other)) {
    return false;
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every(key => equalValues(one[key], other[key]));
}

/** Whether two cells are; the id counts where `withId`. */
export function equalCells(
  one: RestoredCell,
  other: RestoredCell,
  withId: boolean
): boolean {
  return withId
    ? equalValues(one, other)
    : equalValues({ ...one, id: null }, { ...other, id: null });
}

function isCell(cell: unknown): cell is JsonObject {
  return isRecord(cell) && typeof cell['cell_type'] === 'string';
}

function readOutput(output: unknown): unknown {
  if (!isRecord(output)) {
    return output;
  }
  return {
    ...output,
    ...('text' in output ? { text: joined(output['text']) } : {}),
    ...('data' in output ? { data: readBundle(output['data']) } : {})
  };
}

function readBundle(bundle: unknown): unknown {
  return isRecord(bundle)
    ? mapValues(bundle, (value, type) =>
        /[+/]json$/.test(type) ? value : joined(value)
      )
    : bundle;
}

/** nbformat keeps a text as one string or as its lines. */
function joined(value: unknown): unknown {
  return Array.isArray(value) && value.every(line => typeof line === 'string')
    ? value.join('')
    : value;
}

function mapValues(
  record: JsonObject,
  change: (value: unknown, key: string) => unknown
): JsonObject {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)])
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isRecord(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key])])
  );
}
