/**
 * The list as it is drawn: folders, groups, runs below them, and what is folded into one
 * row.
 */
import type { Folder, RunGroup, RunRow } from './contract';
import { WITHOUT_RESULT } from './folds';
import { UNCOUNTED, UNGROUPED, UNREAD } from './sections';
import type { Collapsed, Order } from './sections';
import { rowsOf } from './selectors';
import type { Fold, FoldKey, Phase } from './state';

export type FolderItem = Folder['folders'][number];
export type ExperimentItem = Folder['experiments'][number];

export type ListItem =
  | { readonly kind: 'folder'; readonly folder: FolderItem }
  | { readonly kind: 'experiment'; readonly experiment: ExperimentItem }
  | {
      readonly kind: 'group';
      readonly group: RunGroup;
      readonly collapsed: boolean;
    }
  | {
      readonly kind: 'run';
      readonly run: RunRow;
      /** The group that it stands in. */
      readonly group: string;
      /** The fold that it was opened from; null: it stands in the list itself. */
      readonly fold: FoldKey | null;
      /** Whether the runs alike to it stand below it. */
      readonly unfolded: boolean;
    }
  /** The end of an open group that is not read to its end. */
  | {
      readonly kind: 'group-end';
      readonly key: string;
      /** How many are not read; null: they are not counted yet. */
      readonly left: number | null;
      readonly phase: Phase['kind'];
    }
  /** There are more groups than were read. */
  | { readonly kind: 'groups-end'; readonly left: number }
  /** The runs without result, folded into one row. */
  | {
      readonly kind: 'fold';
      readonly fold: FoldKey;
      readonly count: number;
      readonly open: boolean;
    }
  /** The end of an open fold that is not read to its end. */
  | {
      readonly kind: 'fold-end';
      readonly fold: FoldKey;
      readonly phase: Phase['kind'];
    };

export type ListSource = {
  readonly order: Order;
  readonly groupCount: number;
  readonly collapsed: Collapsed;
  readonly runs: Readonly<Record<string, RunRow>>;
  readonly folds: Readonly<Record<FoldKey, Fold>>;
  readonly withoutResultCount: number;
  /** What the folder shown has in it; null: the list is not of a folder. */
  readonly place: Folder | null;
};

/**
 * Folders and experiments to walk into; groups, with their runs below them; below a run
 * those alike to it where they are unfolded; at the end the runs without result.
 */
export function listItems(source: ListSource): readonly ListItem[] {
  const { withoutResultCount: count, folds, order, groupCount } = source;
  const items: ListItem[] = [...placeItems(source.place)];
  for (const group of order.groups) {
    items.push(...groupItems(source, group));
  }
  if (groupCount > order.groups.length) {
    items.push({ kind: 'groups-end', left: groupCount - order.groups.length });
  }
  if (count > 0) {
    const open = folds[WITHOUT_RESULT] !== undefined;
    items.push({ kind: 'fold', fold: WITHOUT_RESULT, count, open });
    items.push(...foldItems(source, WITHOUT_RESULT));
  }
  return items;
}

function placeItems(place: Folder | null): readonly ListItem[] {
  // One notebook and nothing else: its runs are the list.
  if (
    place === null ||
    (place.folders.length === 0 && place.experiments.length < 2)
  ) {
    return [];
  }
  return [
    ...place.folders.map((folder): ListItem => ({ kind: 'folder', folder })),
    ...place.experiments.map((experiment): ListItem => {
      return { kind: 'experiment', experiment };
    })
  ];
}

function groupItems(source: ListSource, group: RunGroup): readonly ListItem[] {
  const { key } = group;
  const collapsed = source.collapsed[key] === true;
  const items: ListItem[] =
    key === UNGROUPED ? [] : [{ kind: 'group', group, collapsed }];
  if (collapsed && key !== UNGROUPED) {
    return items;
  }
  const section = source.order.sections[key] ?? UNREAD;
  for (const run of rowsOf(source.runs, section.ids)) {
    items.push(...runItems(source, run, key));
  }
  if (!section.isWhole) {
    const isCounted = group.count !== UNCOUNTED;
    const left = isCounted ? group.count - section.ids.length : null;
    items.push({ kind: 'group-end', key, left, phase: section.phase.kind });
  }
  return items;
}

function runItems(
  source: ListSource,
  run: RunRow,
  group: string
): readonly ListItem[] {
  const unfolded = source.folds[run.run_id] !== undefined;
  const item: ListItem = { kind: 'run', run, group, fold: null, unfolded };
  return unfolded ? [item, ...foldItems(source, run.run_id, group)] : [item];
}

function foldItems(
  source: ListSource,
  fold: FoldKey,
  group: string = UNGROUPED
): readonly ListItem[] {
  const open = source.folds[fold];
  if (open === undefined) {
    return [];
  }
  const items = rowsOf(source.runs, open.ids).map((run): ListItem => {
    return { kind: 'run', run, group, fold, unfolded: false };
  });
  // What is read again while it is shown stays as it is until then.
  const isRereading = open.phase.kind === 'loading' && items.length > 0;
  const isWhole = open.phase.kind === 'ready' && open.cursor === null;
  return isWhole || isRereading
    ? items
    : [...items, { kind: 'fold-end', fold, phase: open.phase.kind }];
}

/** What names an item, so that focus and place stay with it. */
export function itemKey(item: ListItem): string {
  switch (item.kind) {
    case 'folder':
      return `folder:${item.folder.path}`;
    case 'experiment':
      return `experiment:${item.experiment.experiment_id}:${item.experiment.notebook_path ?? ''}`;
    case 'group':
      return `group:${item.group.key}`;
    case 'run':
      return `run:${item.run.run_id}`;
    case 'group-end':
      return `group-end:${item.key}`;
    case 'groups-end':
      return 'groups-end';
    case 'fold':
      return `fold:${item.fold}`;
    case 'fold-end':
      return `fold-end:${item.fold}`;
  }
}
