/**
 * Columns of the list: their names, what a run has in them, and how it is written.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunColumn, RunRow } from './contract';
import {
  columnFormat,
  formatDuration,
  formatMoment,
  formatNumber,
  formatValue
} from './format';
import type { ContractNumber, NumberFormat } from './format';
import { once } from './once';
import { statusWord } from './run/status';

/** The attributes of a run that can be a column; its name and metric always are. */
export const ATTRIBUTES = [
  'started_at',
  'ended_at',
  'duration_ms',
  'status',
  'experiment',
  'notebook_path',
  'revision',
  'error'
] as const;

/** In the order in which groups of them stand. */
export const STATUSES = [
  'running',
  'open',
  'failed',
  'interrupted',
  'lost',
  'finished'
] as const;

export type ColumnKind = RunColumn['kind'] | 'attribute';

export type Column = {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly key: string;
};

export function columnOf(name: string): Column {
  const colon = name.indexOf(':');
  const kind = name.slice(0, Math.max(0, colon));
  return kind === 'param' || kind === 'metric' || kind === 'tag'
    ? { name, kind, key: name.slice(colon + 1) }
    : { name, kind: 'attribute', key: name };
}

/** What a column is called on its head. */
export function columnTitle(name: string, trans: TranslationBundle): string {
  const { kind, key } = columnOf(name);
  return kind === 'attribute' ? attributeTitle(key, trans) : key;
}

export function attributeTitle(key: string, trans: TranslationBundle): string {
  switch (key) {
    case 'name':
      return trans.__('Name');
    case 'main_metric':
      return trans.__('Metric');
    case 'started_at':
      return trans.__('Started');
    case 'ended_at':
      return trans.__('Ended');
    case 'duration_ms':
      return trans.__('Duration');
    case 'status':
      return trans.__('Status');
    case 'experiment':
      return trans.__('Experiment');
    case 'notebook_path':
      return trans.__('Notebook');
    case 'revision':
      return trans.__('Revision');
    case 'error':
      return trans.__('Error');
    default:
      return key;
  }
}

export function kindWord(kind: ColumnKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'param':
      return trans.__('Param');
    case 'metric':
      return trans.__('Metric');
    case 'tag':
      return trans.__('Tag');
    case 'attribute':
      return trans.__('Of the run');
  }
}

/** The columns with one of them at another place. */
export function movedTo(
  columns: readonly string[],
  name: string,
  index: number
): readonly string[] {
  const others = columns.filter(other => other !== name);
  const at = Math.max(0, Math.min(others.length, index));
  return [...others.slice(0, at), name, ...others.slice(at)];
}

/** What a run has in a column; undefined: nothing. */
export function cellOf(run: RunRow, name: string): unknown {
  switch (name) {
    case 'name':
      return run.name;
    case 'main_metric':
      return run.main_metric?.value;
    case 'started_at':
      return run.started_at;
    case 'ended_at':
      return run.ended_at ?? undefined;
    case 'duration_ms':
      return run.duration_ms;
    case 'status':
      return run.status;
    case 'experiment':
      return run.experiment;
    case 'notebook_path':
      return run.notebook_path ?? undefined;
    case 'revision':
      return run.revision_number ?? undefined;
    case 'error':
      return run.error ?? undefined;
    default:
      return run.cells[name];
  }
}

/** Whether a column stands at the right, in the code font. */
export function isNumeric(name: string, rows: readonly RunRow[]): boolean {
  if (name === 'duration_ms' || name === 'revision') {
    return true;
  }
  const { kind } = columnOf(name);
  if (kind === 'metric') {
    return true;
  }
  const cells = rows.map(run => cellOf(run, name)).filter(isThere);
  return (
    kind === 'param' &&
    cells.length > 0 &&
    cells.every(cell => typeof cell === 'number')
  );
}

export type CellFormat = (cell: unknown) => string;

/** How a column's cells are written: metrics with the same precision all down. */
export function cellFormat(
  name: string,
  rows: readonly RunRow[],
  trans: TranslationBundle,
  locale: string | undefined
): CellFormat {
  return columnOf(name).kind === 'metric'
    ? metricCells(numberFormat(name, rows))
    : otherCells(trans)(locale)(name);
}

// Formats that write alike are one function: rows that look the same are not drawn anew.
const metricCells = once(
  (format: NumberFormat): CellFormat =>
    cell =>
      isContractNumber(cell) ? format(cell) : ''
);

const otherCells = once((trans: TranslationBundle) =>
  once((locale: string | undefined) =>
    once((name: string): CellFormat => {
      const { kind, key } = columnOf(name);
      return cell => {
        if (!isThere(cell)) {
          return '';
        }
        return kind === 'attribute'
          ? attributeText(key, cell, trans, locale)
          : formatValue(cell);
      };
    })
  )
);

function numberFormat(name: string, rows: readonly RunRow[]): NumberFormat {
  const cells = rows.map(run => cellOf(run, name)).filter(isContractNumber);
  return cells.length === 0 ? formatNumber : columnFormat(cells);
}

function attributeText(
  key: string,
  cell: unknown,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  if (key === 'duration_ms' && typeof cell === 'number') {
    return formatDuration(cell, trans);
  }
  if (
    (key === 'started_at' || key === 'ended_at') &&
    typeof cell === 'string'
  ) {
    return formatMoment(cell, locale);
  }
  if (key === 'revision') {
    return `r${String(cell)}`;
  }
  const status = STATUSES.find(known => key === 'status' && known === cell);
  return status === undefined ? String(cell) : statusWord(status, trans);
}

function isThere(cell: unknown): boolean {
  return cell !== undefined && cell !== null;
}

function isContractNumber(cell: unknown): cell is ContractNumber {
  return typeof cell === 'number' || typeof cell === 'string';
}
