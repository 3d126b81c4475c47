/**
 * The order of the list: its groups, and what is read of each. Pure functions.
 *
 * A list without groups has one, of the key ''.
 */
import type { Sort } from './api';
import type { RunGroup, RunList, RunRow } from './contract';
import { compareRows, rowsOf } from './selectors';
import type { Phase } from './state';

/** What is read of a group: the ids of its first runs, in the list's order. */
export type Section = {
  readonly phase: Phase;
  readonly ids: readonly string[];
  /** Where its next page begins; null: at its begin, or there is none. */
  readonly cursor: string | null;
  /** Whether all of it is read. */
  readonly isWhole: boolean;
};

export type Order = {
  readonly groups: readonly RunGroup[];
  readonly sections: Readonly<Record<string, Section>>;
};

export type Collapsed = Readonly<Record<string, boolean>>;

/** The key of the only group of a list without groups. */
export const UNGROUPED = '';

export const NO_ORDER: Order = { groups: [], sections: {} };

export const UNREAD: Section = {
  phase: { kind: 'idle' },
  ids: [],
  cursor: null,
  isWhole: false
};

/** The count of a group that is not known yet. */
export const UNCOUNTED = Infinity;

export function ungrouped(count: number): RunGroup {
  return {
    key: UNGROUPED,
    value: null,
    notebook_path: null,
    count,
    best: null,
    last_started_at: ''
  };
}

/** The ids that are read of the groups that are open, in the order of the list. */
export function idsOf(order: Order, collapsed: Collapsed): readonly string[] {
  return order.groups.flatMap(group =>
    collapsed[group.key] === true ? [] : (order.sections[group.key]?.ids ?? [])
  );
}

/** A section with a change. */
export function withSection(
  order: Order,
  key: string,
  change: Partial<Section>
): Order {
  const section = { ...(order.sections[key] ?? UNREAD), ...change };
  return { ...order, sections: { ...order.sections, [key]: section } };
}

/**
 * The groups to read in one request from `first` on: open, and none of it read, until
 * there are enough runs for a page.
 */
export function groupsToRead(
  order: Order,
  collapsed: Collapsed,
  first: string,
  enough: number
): readonly string[] {
  const from = order.groups.findIndex(group => group.key === first);
  const keys: string[] = [];
  let count = 0;
  for (const group of order.groups.slice(Math.max(0, from))) {
    if (collapsed[group.key] === true) {
      continue;
    }
    const section = order.sections[group.key] ?? UNREAD;
    const isFirst = group.key === first;
    if (!isFirst && (section.ids.length > 0 || section.isWhole)) {
      break;
    }
    keys.push(group.key);
    count += group.count - section.ids.length;
    if (count >= enough) {
      break;
    }
  }
  return keys;
}

/** The order with the page that was asked for of `keys`, the first from its cursor. */
export function takePage(
  order: Order,
  keys: readonly string[],
  page: Pick<RunList, 'runs' | 'next_cursor'>,
  limit: number
): Order {
  const byGroup = new Map<string, string[]>();
  for (const row of page.runs) {
    const key = row.group ?? UNGROUPED;
    byGroup.set(key, [...(byGroup.get(key) ?? []), row.run_id]);
  }
  const last = page.runs[page.runs.length - 1];
  const reached = last === undefined ? null : (last.group ?? UNGROUPED);
  let isBehind = false;
  let taken = order;
  for (const key of keys) {
    const before = taken.sections[key] ?? UNREAD;
    const isLast = key === reached;
    // A full page ends in the group of its last run: those behind it are unread.
    const isUnread =
      isBehind && (page.next_cursor !== null || page.runs.length >= limit);
    taken = withSection(taken, key, {
      phase: { kind: isUnread ? 'idle' : 'ready' },
      ids: [...new Set([...before.ids, ...(byGroup.get(key) ?? [])])],
      cursor: isLast ? page.next_cursor : null,
      isWhole: !isUnread && !(isLast && page.next_cursor !== null)
    });
    isBehind = isBehind || isLast;
  }
  return taken;
}

export type Merge = {
  readonly runs: Readonly<Record<string, RunRow>>;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly sorts: readonly Sort[];
};

export type Merged = {
  readonly order: Order;
  /** Whether runs came to a group or left one: its count is another. */
  readonly hasMoved: boolean;
};

/** The order after some of its runs changed, came or left. */
export function mergeOrder(order: Order, merge: Merge): Merged {
  const { runs, changed, removed, sorts } = merge;
  const gone = new Set(removed);
  const arriving = rowsOf(
    runs,
    changed.filter(id => !gone.has(id))
  );
  const keyOf = new Map(
    arriving.map(row => [row.run_id, row.group ?? UNGROUPED])
  );
  const compare = compareRows(sorts);
  const sections: Record<string, Section> = {};
  const counts = new Map<string, number>();
  const count = (key: string, by: number): void => {
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  const known = new Set<string>();
  for (const [key, section] of Object.entries(order.sections)) {
    const stays = section.ids.filter(id => {
      const isHere = !gone.has(id) && (keyOf.get(id) ?? key) === key;
      if (isHere) {
        known.add(id);
      } else {
        count(key, -1);
      }
      return isHere;
    });
    const moved = new Set(changed);
    const kept = rowsOf(
      runs,
      stays.filter(id => !moved.has(id))
    );
    const last = kept[kept.length - 1];
    const here = arriving.filter(row => keyOf.get(row.run_id) === key);
    here
      .filter(row => !known.has(row.run_id))
      .forEach(() => {
        count(key, 1);
      });
    const belongs = (row: RunRow): boolean =>
      section.isWhole ||
      known.has(row.run_id) ||
      (last !== undefined && compare(row, last) <= 0);
    const ids = [...kept, ...here.filter(belongs)]
      .sort(compare)
      .map(row => row.run_id);
    sections[key] = withIds(section, ids);
  }
  const isUnknown = arriving.some(
    row => order.sections[keyOf.get(row.run_id) ?? ''] === undefined
  );
  const groups = order.groups.map(group => {
    const by = counts.get(group.key) ?? 0;
    return by === 0
      ? group
      : { ...group, count: Math.max(0, group.count + by) };
  });
  const isSame = [...counts.values()].every(by => by === 0);
  return { order: { groups, sections }, hasMoved: !isSame || isUnknown };
}

/** A section with other ids; one of which nothing is left is read from its begin. */
function withIds(section: Section, ids: readonly string[]): Section {
  return ids.length === 0 && !section.isWhole && section.ids.length > 0
    ? UNREAD
    : { ...section, ids };
}

/**
 * The order under new heads: what is read of groups that are still there stays.
 * `arrived` are runs of groups that are new.
 */
export function withHeads(
  order: Order,
  groups: readonly RunGroup[],
  arrived: readonly RunRow[],
  sorts: readonly Sort[]
): Order {
  const compare = compareRows(sorts);
  const sections: Record<string, Section> = {};
  for (const group of groups) {
    const before = order.sections[group.key];
    if (before !== undefined) {
      sections[group.key] = before;
      continue;
    }
    const here = arrived.filter(row => (row.group ?? UNGROUPED) === group.key);
    if (here.length === group.count) {
      const ids = [...here].sort(compare).map(row => row.run_id);
      sections[group.key] = {
        phase: { kind: 'ready' },
        ids,
        cursor: null,
        isWhole: true
      };
    }
  }
  return { groups, sections };
}

/** Whether two orders look the same but for the counts of their groups. */
export function isSameOrder(a: Order, b: Order): boolean {
  return (
    a.groups.length === b.groups.length &&
    a.groups.every((group, index) => {
      const other = b.groups[index];
      return (
        other?.key === group.key &&
        sameIds(
          a.sections[group.key]?.ids ?? [],
          b.sections[group.key]?.ids ?? []
        )
      );
    })
  );
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, i) => id === b[i]));
}
