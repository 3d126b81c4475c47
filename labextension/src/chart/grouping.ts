/**
 * By what a chart groups runs, and which runs are then together. Pure; what was stored is
 * read back here, whatever it holds.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunStyle } from '../colors';
import { runStyle } from '../colors';
import type { ChartedRun, ChartSubject } from '../contract';
import { formatValue } from '../format';
import type { Measures } from '../plot/groups';
import { statusWord } from '../run/status';
import { chartStyles } from './series';

/** `by` as in the list of runs: `status`, `param:KEY` …; null: each run has its line. */
export type GroupSettings = Measures & { readonly by: string | null };

export const GROUP_SETTINGS: GroupSettings = {
  by: null,
  middle: 'mean',
  spread: 'range'
};

/** What groups can be made of. */
export type GroupSubject = {
  readonly runs: readonly ChartedRun[];
  readonly params: ChartSubject['params'];
};

export type RunGroup = RunStyle & {
  readonly id: string;
  /** What its runs have in common: "lr = 0.01". */
  readonly name: string;
  readonly runIds: readonly string[];
};

export type GroupChoice = { readonly by: string; readonly label: string };

const MIDDLES = ['mean', 'median'] as const;
const SPREADS = ['range', 'std', 'sem'] as const;
const BY = /^(notebook|revision|status|(param|tag):.{1,1000})$/s;
const LONGEST = 60;

export function readGroups(stored: unknown): GroupSettings {
  const { by, middle, spread }: Record<'by' | 'middle' | 'spread', unknown> = {
    by: null,
    middle: null,
    spread: null,
    ...(typeof stored === 'object' ? stored : null)
  };
  return {
    by: typeof by === 'string' && BY.test(by) ? by : null,
    middle: MIDDLES.find(one => one === middle) ?? 'mean',
    spread: SPREADS.find(one => one === spread) ?? 'range'
  };
}

/** What the runs differ in; `current` is among it, whether or not they do. */
export function groupChoices(
  { runs, params }: GroupSubject,
  current: string | null,
  trans: TranslationBundle
): readonly GroupChoice[] {
  const tags = [...new Set(runs.flatMap(run => Object.keys(run.tags)))];
  const all = [
    ...params.map(key => `param:${key}`),
    ...tags.map(key => `tag:${key}`),
    'notebook',
    'revision',
    'status'
  ];
  const varying = all.filter(by => isVarying(runs, by));
  return [
    ...varying,
    ...(current === null || varying.includes(current) ? [] : [current])
  ].map(by => ({ by, label: labelOf(by, trans) }));
}

function isVarying(runs: readonly ChartedRun[], by: string): boolean {
  const [first, ...others] = runs;
  const mark = first === undefined ? '' : JSON.stringify(markOf(first, by));
  return others.some(run => JSON.stringify(markOf(run, by)) !== mark);
}

/** What runs are grouped by, in words. */
export function labelOf(by: string, trans: TranslationBundle): string {
  const [kind, key] = split(by);
  switch (kind) {
    case 'param':
      return key;
    case 'tag':
      return trans.__('tag %1', key);
    case 'notebook':
      return trans.__('notebook');
    case 'revision':
      return trans.__('revision');
    default:
      return trans.__('status');
  }
}

/** The groups in the order of what they have in common; what lacks it comes last. */
export function groupsOf(
  { runs, params }: GroupSubject,
  by: string,
  trans: TranslationBundle
): readonly RunGroup[] {
  const [kind, key] = split(by);
  if (kind === 'param' && !params.includes(key)) {
    // Of params the runs have only those with them in which they differ.
    const runIds = runs.map(run => run.run_id);
    return [{ ...runStyle(1), id: by, name: trans.__('all runs'), runIds }];
  }
  const found = new Map<string, { mark: Mark; runIds: string[] }>();
  for (const run of runs) {
    const mark = markOf(run, by);
    const id = JSON.stringify(mark);
    const known = found.get(id) ?? { mark, runIds: [] };
    known.runIds.push(run.run_id);
    found.set(id, known);
  }
  const sorted = [...found].sort(([, a], [, b]) => compared(a.mark, b.mark));
  const notebooks = new Set(runs.map(run => run.notebook_path));
  const styles = chartStyles(sorted.map((_, index) => index + 1));
  return sorted.map(([id, { mark, runIds }], index) => ({
    ...(styles[index] ?? runStyle(index + 1)),
    id: `${by} ${id}`,
    name: shortened(nameOf(by, mark, notebooks.size > 1, trans)),
    runIds
  }));
}

/** What a run is put into its group by; empty: it lacks it. */
type Mark = readonly unknown[];

function markOf(run: ChartedRun, by: string): Mark {
  const [kind, key] = split(by);
  const own = (values: Readonly<Record<string, unknown>>): Mark =>
    Object.hasOwn(values, key) ? [values[key]] : [];
  switch (kind) {
    case 'param':
      return own(run.params);
    case 'tag':
      return own(run.tags);
    case 'notebook':
      return run.notebook_path === null ? [] : [run.notebook_path];
    case 'revision':
      return run.revision === null ? [] : [run.notebook_path, run.revision];
    default:
      return [run.status];
  }
}

function nameOf(
  by: string,
  mark: Mark,
  severalNotebooks: boolean,
  trans: TranslationBundle
): string {
  const [kind, key] = split(by);
  const value = mark[mark.length - 1];
  if (mark.length === 0) {
    return kind === 'param' || kind === 'tag'
      ? trans.__('without %1', key)
      : kind === 'revision'
        ? trans.__('without a revision')
        : trans.__('without a notebook');
  }
  switch (kind) {
    case 'param':
    case 'tag':
      return `${key} = ${formatValue(value)}`;
    case 'revision':
      return severalNotebooks
        ? `${String(mark[0] ?? '')} r${String(value)}`
        : `r${String(value)}`;
    case 'status':
      return statusWord(value as ChartedRun['status'], trans);
    default:
      return String(value);
  }
}

/** Numbers by their size before all others by their text; what is empty last. */
function compared(one: Mark, other: Mark): number {
  const a = one[one.length - 1];
  const b = other[other.length - 1];
  if (one.length === 0 || other.length === 0) {
    return other.length - one.length;
  }
  if (typeof a === 'number' && typeof b === 'number' && a !== b) {
    return a - b;
  }
  if (typeof a !== typeof b) {
    return typeof a === 'number' ? -1 : typeof b === 'number' ? 1 : 0;
  }
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

function split(by: string): readonly [kind: string, key: string] {
  const colon = by.indexOf(':');
  return colon === -1 ? [by, ''] : [by.slice(0, colon), by.slice(colon + 1)];
}

function shortened(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}
