/**
 * The words of a link: `trackbook-run=ID`, `trackbook-compare=A,B`, `trackbook-chart=A,B`,
 * `trackbook-table=` in the query of JupyterLab's own address, so that logging in, workspaces and prefixes
 * work as they do for it.
 */
import { PageConfig, URLExt } from '@jupyterlab/coreutils';

export const KINDS = ['run', 'compare', 'chart', 'table'] as const;
export type Kind = (typeof KINDS)[number];

/** What a link names. */
export type Target = {
  readonly kind: Kind;
  readonly runIds: readonly string[];
};

/** An address that names something of ours. */
export const LINK_PATTERN = /[?&]trackbook-(run|compare|chart|table)=/;

/** The query that names runs, without its question mark. */
export function queryOf(kind: Kind, runIds: readonly string[]): string {
  return `trackbook-${kind}=${runIds.map(encodeURIComponent).join(',')}`;
}

/** What a query names; null: nothing of ours. */
export function readQuery(search: string): Target | null {
  const query = new URLSearchParams(search);
  for (const kind of KINDS) {
    const value = query.get(`trackbook-${kind}`);
    if (value !== null) {
      const runIds = value
        .split(',')
        .map(id => id.trim())
        .filter(id => id !== '');
      return { kind, runIds: [...new Set(runIds)] };
    }
  }
  return null;
}

/** The query without what names something of ours; with a question mark if any is left. */
export function withoutOurs(search: string): string {
  const query = new URLSearchParams(search);
  for (const kind of KINDS) {
    query.delete(`trackbook-${kind}`);
  }
  const rest = query.toString();
  return rest === '' ? '' : `?${rest}`;
}

/** The address of JupyterLab, or of Notebook's file list, that opens what `query` names. */
export function addressOf(query: string): string {
  // Where there is Notebook, there may be no JupyterLab.
  const page = PageConfig.getOption('notebookPage') === '' ? 'lab' : 'tree';
  return `${URLExt.join(PageConfig.getBaseUrl(), page)}?${query}`;
}
