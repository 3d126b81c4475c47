/**
 * What outputs are: how each is best shown, and what a line says of them. Pure.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  BlobRef,
  CellExecution,
  CellOutput,
  ExecutionOutputs
} from '../contract';
import { isRecord } from './notebook-cells';

export const SVG = 'image/svg+xml';
export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';
export const WIDGET_STATE = 'application/vnd.jupyter.widget-state+json';
export const PLOTLY = 'application/vnd.plotly.v1+json';

/** What a browser draws as a picture and never runs. */
const IMAGES = [
  SVG,
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/bmp'
];

/** Shown where nothing better is; an HTML that is all scripts falls back to it. */
export const PLAIN = 'text/plain';

export type Part = {
  readonly mimeType: string;
  /** Its content, or where that is. */
  readonly data: unknown;
  readonly blob: BlobRef | null;
};

export function isImage(mimeType: string): boolean {
  return IMAGES.includes(mimeType);
}

/** Whether JupyterLab draws a type although nobody trusts it, or an image element does. */
export function isDrawable(
  mimeType: string,
  rendermime: Pick<IRenderMimeRegistry, 'getFactory'>
): boolean {
  return isImage(mimeType) || rendermime.getFactory(mimeType)?.safe === true;
}

/** One part of a mime bundle; null where it has none of the type. */
export function partOf(output: CellOutput, mimeType: string): Part | null {
  const blob = own(output.blobs, mimeType) ?? null;
  const data = own(output.data, mimeType);
  return blob === null && data === undefined ? null : { mimeType, data, blob };
}

/** The types of a bundle, in no order. */
export function mimeTypesOf(output: CellOutput): readonly string[] {
  return [...Object.keys(output.data), ...Object.keys(output.blobs)];
}

/**
 * The part of a bundle that is shown; null where none can be.
 *
 * @param drawable the types that can be drawn although nobody trusts them, best first.
 */
export function bestPart(
  output: CellOutput,
  drawable: readonly string[]
): Part | null {
  for (const mimeType of [WIDGET_VIEW, PLOTLY, ...drawable, PLAIN]) {
    const part = partOf(output, mimeType);
    if (part !== null) {
      return part;
    }
  }
  return null;
}

export type Figure = {
  readonly executionId: string;
  readonly part: Part;
};

/** The pictures among outputs, in the order in which they came. */
export function figuresOf(
  executions: readonly CellExecution[],
  held: ReadonlyMap<string, ExecutionOutputs>
): readonly Figure[] {
  return executions.flatMap(({ execution_id: executionId }) =>
    (held.get(executionId)?.outputs ?? []).flatMap(output => {
      const part = pictureOf(output);
      return part === null ? [] : [{ executionId, part }];
    })
  );
}

function pictureOf(output: CellOutput): Part | null {
  const types = IMAGES.filter(type => partOf(output, type) !== null);
  return types[0] === undefined ? null : partOf(output, types[0]);
}

/** What kinds of outputs, and how much, in one line. */
export function describeOutputs(
  { outputs, count }: ExecutionOutputs,
  trans: TranslationBundle
): string {
  let lines = 0;
  let figures = 0;
  let tables = 0;
  let widgets = 0;
  let others = count - outputs.length;
  for (const output of outputs) {
    if (output.kind === 'stream') {
      lines += countLines(output.text);
    } else if (pictureOf(output) !== null || partOf(output, PLOTLY) !== null) {
      figures += 1;
    } else if (partOf(output, WIDGET_VIEW) !== null) {
      widgets += 1;
    } else if (/<table\b/i.test(textOf(partOf(output, 'text/html')?.data))) {
      tables += 1;
    } else {
      const text = partOf(output, PLAIN);
      const isPlain = mimeTypesOf(output).length === 1 && text?.blob === null;
      if (isPlain) {
        lines += countLines(textOf(text.data));
      } else {
        others += 1;
      }
    }
  }
  return [
    figures > 0 ? trans._n('figure', '%1 figures', figures, figures) : '',
    tables > 0 ? trans._n('table', '%1 tables', tables, tables) : '',
    widgets > 0 ? trans._n('widget', '%1 widgets', widgets, widgets) : '',
    others > 0 ? trans._n('output', '%1 outputs', others, others) : '',
    lines > 0 ? trans._n('one line', '%2 lines', lines, group(lines)) : ''
  ]
    .filter(part => part !== '')
    .join(', ');
}

function group(count: number): string {
  return count.toLocaleString();
}

function countLines(text: string): number {
  const trimmed = text.replace(/\n+$/, '');
  return trimmed === '' ? 0 : trimmed.split('\n').length;
}

/** A mime type's content as text: nbformat writes it as a string or as its lines. */
export function textOf(data: unknown): string {
  if (typeof data === 'string') {
    return data;
  }
  if (Array.isArray(data) && data.every(line => typeof line === 'string')) {
    return data.join('');
  }
  return data == null ? '' : JSON.stringify(data, null, 2);
}

/** A stream's beginning and end, and how much between them was left out. */
export type StreamParts = {
  readonly head: string;
  readonly omittedBytes: number;
  readonly tail: string;
};

export function streamParts(output: CellOutput): StreamParts {
  const { text, omitted_bytes: omittedBytes, head_length: length } = output;
  if (omittedBytes === 0) {
    return { head: text, omittedBytes, tail: '' };
  }
  const end = offsetOf(text, length);
  return { head: text.slice(0, end), omittedBytes, tail: text.slice(end) };
}

/** Where a text's character `index` begins: an emoji is one to Python and two here. */
function offsetOf(text: string, index: number): number {
  let offset = 0;
  for (let seen = 0; seen < index && offset < text.length; seen += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

export type WidgetSummary = {
  readonly name: string;
  /** What a person sees of it: its label and its value. */
  readonly facts: readonly (readonly [string, string])[];
};

const SHOWN_TRAITS = ['description', 'value', 'index', 'max', 'options'];

/** A widget by its last state; null where that was not kept. */
export function summariseWidget(output: CellOutput): WidgetSummary | null {
  const view = record(partOf(output, WIDGET_VIEW)?.data);
  const kept = record(partOf(output, WIDGET_STATE)?.data);
  const models = record(kept?.['state']) ?? kept;
  const id = view?.['model_id'];
  const model = record(
    typeof id === 'string' && models !== null ? own(models, id) : undefined
  );
  const state = record(model?.['state']) ?? model;
  if (state === null) {
    return null;
  }
  const name = state['_model_name'] ?? model?.['model_name'];
  return {
    name: typeof name === 'string' ? name.replace(/Model$/, '') : '',
    facts: SHOWN_TRAITS.flatMap(trait => {
      const value = own(state, trait);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return value == null || text === '' || text === undefined
        ? []
        : [[trait, text.length > 200 ? `${text.slice(0, 200)}…` : text]];
    })
  };
}

function record(value: unknown): Record<string, unknown> | null {
  return isRecord(value) ? value : null;
}

/** What a record holds itself: a mime type may be called `constructor`. */
function own<T>(
  values: { readonly [key: string]: T },
  key: string
): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
