/**
 * The client of the routes that move runs, as `api.ts` is of the others.
 */
import type { Call } from '../api';
import type { Export, ExportRequest, Import } from '../contract';

export type Moves = {
  /** Begins to make a bundle of runs. */
  readonly beginExport: (request: Partial<ExportRequest>) => Promise<Export>;
  readonly exported: (exportId: string) => Promise<Export>;
  readonly endExport: (exportId: string) => Promise<Export>;
  readonly exportUrl: (exportId: string) => string;
  /** Sends a bundle as it is. */
  readonly sendBundle: (file: File, signal: AbortSignal) => Promise<Import>;
  /** Imports a bundle among the server's files. */
  readonly importFile: (path: string) => Promise<Import>;
  readonly imported: (importId: string) => Promise<Import>;
  readonly stopImport: (importId: string) => Promise<Import>;
};

type Ask = <T>(segments: readonly string[], call?: Call) => Promise<T>;

export function createMoves(
  ask: Ask,
  pathOf: (segments: readonly string[]) => string
): Moves {
  return {
    beginExport: body => ask(['exports'], { method: 'POST', body }),
    exported: id => ask(['exports', id]),
    endExport: id => ask(['exports', id], { method: 'DELETE' }),
    exportUrl: id => pathOf(['exports', id, 'file']),
    sendBundle: (raw, signal) =>
      ask(['imports', 'file'], {
        method: 'POST',
        raw,
        query: new URLSearchParams({ name: raw.name }),
        signal
      }),
    importFile: path => ask(['imports'], { method: 'POST', body: { path } }),
    imported: id => ask(['imports', id]),
    stopImport: id => ask(['imports', id], { method: 'DELETE' })
  };
}
