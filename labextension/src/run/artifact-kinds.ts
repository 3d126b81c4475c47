/**
 * What artifacts are: a tree of their names, and how each is best looked at. Pure.
 */
import type { Artifact } from '../contract';
import { PLOTLY, isImage } from './output-kinds';

/** A folder of artifacts, or one of them, at the last part of its name. */
export type ArtifactNode = {
  readonly label: string;
  /** Null for a folder. */
  readonly artifact: Artifact | null;
  readonly children: readonly ArtifactNode[];
  readonly sizeBytes: number;
};

/** The artifacts as folders and files; what lies alone in folders has one line. */
export function treeOf(
  artifacts: readonly Artifact[]
): readonly ArtifactNode[] {
  return level(
    artifacts.map(artifact => ({ parts: artifact.name.split('/'), artifact }))
  );
}

type Placed = {
  readonly parts: readonly string[];
  readonly artifact: Artifact;
};

function level(placed: readonly Placed[]): readonly ArtifactNode[] {
  const folders = new Map<string, Placed[]>();
  const files: ArtifactNode[] = [];
  for (const { parts, artifact } of placed) {
    const [label = '', ...rest] = parts;
    if (rest.length === 0) {
      files.push({
        label,
        artifact,
        children: [],
        sizeBytes: artifact.size_bytes
      });
    } else {
      const inside = folders.get(label) ?? [];
      inside.push({ parts: rest, artifact });
      folders.set(label, inside);
    }
  }
  const nodes = [...folders].map(([label, inside]): ArtifactNode => {
    const children = level(inside);
    return {
      label,
      artifact: null,
      children,
      sizeBytes: children.reduce((sum, child) => sum + child.sizeBytes, 0)
    };
  });
  const byName = (a: ArtifactNode, b: ArtifactNode): number =>
    a.label.localeCompare(b.label, undefined, { numeric: true });
  return [...nodes.sort(byName), ...files.sort(byName)];
}

export type ArtifactKind =
  'image' | 'table' | 'plotly' | 'markdown' | 'html' | 'text' | 'none';

const TEXT_ENDINGS =
  /\.(txt|log|json|jsonl|ya?ml|toml|ini|cfg|py|r|jl|sh|sql|ipynb|xml|js|ts|css)$/i;

export function kindOf({ name, mime_type: type }: Artifact): ArtifactKind {
  if (isImage(type)) {
    return 'image';
  }
  if (/\.[ct]sv$/i.test(name) || type === 'text/csv') {
    return 'table';
  }
  if (type === PLOTLY) {
    return 'plotly';
  }
  if (type === 'text/markdown' || /\.(md|markdown)$/i.test(name)) {
    return 'markdown';
  }
  if (type === 'text/html' || /\.html?$/i.test(name)) {
    return 'html';
  }
  return /^text\/|[/+]json$/.test(type) || TEXT_ENDINGS.test(name)
    ? 'text'
    : 'none';
}

/** A figure, where a JSON text is one of plotly's. */
export function readPlotly(text: string): unknown {
  if (!/"data"\s*:/.test(text) || !/"layout"\s*:/.test(text)) {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' &&
      value !== null &&
      'data' in value &&
      Array.isArray(value.data) &&
      'layout' in value
      ? value
      : null;
  } catch {
    return null;
  }
}

/** A table as trackbook writes one: columns, and rows of values. */
export function readTable(text: string): readonly (readonly string[])[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value === 'object' &&
      value !== null &&
      'columns' in value &&
      'data' in value &&
      Array.isArray(value.columns) &&
      Array.isArray(value.data) &&
      value.data.every(row => Array.isArray(row))
    ) {
      const rows: unknown[][] = [value.columns, ...value.data];
      return rows.map(row => row.map(wordOf));
    }
  } catch {
    // Not JSON: then it is no such table.
  }
  return null;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The lines of comma or tab separated values; quoted ones may hold either. */
export function readSeparated(
  text: string,
  maxRows: number
): readonly (readonly string[])[] {
  const firstLine = text.slice(0, text.indexOf('\n') >>> 0);
  const separator = firstLine.includes('\t') ? '\t' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length && rows.length < maxRows) {
    let value = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end < 0) {
          value += text.slice(at);
          at = text.length;
          break;
        }
        value += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') {
          break;
        }
        value += '"';
        at += 1;
      }
    }
    const rest = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n') {
      at += 1;
    }
    value += text.slice(rest, at);
    row.push(value.replace(/\r$/, ''));
    if (at >= text.length || text[at] === '\n') {
      rows.push(row);
      row = [];
    }
    at += 1;
  }
  return rows;
}

/** A text's beginning up to the end of a line: the last may be cut within a value. */
export function wholeLines(text: string, isWhole: boolean): string {
  const end = text.lastIndexOf('\n');
  return isWhole || end < 0 ? text : text.slice(0, end + 1);
}
