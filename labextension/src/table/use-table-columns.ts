/**
 * The columns of the table: those that were chosen, else those that tell the runs apart.
 */
import { useEffect, useMemo, useRef } from 'react';

import { columnOf, columnTitle, isNumeric } from '../columns';
import type { CellFormat } from '../columns';
import type { RunColumn, RunRow } from '../contract';
import { useKnownColumns } from '../sidebar/use-columns';
import { columnsOf } from '../store';
import { useActions, useLocale, useTrackbookState, useTrans } from '../widgets';
import { bestIn, evenFormat } from './cells';
import type { Direction } from './cells';

/** A column's place in the table. */
export type ColumnPlace = {
  readonly name: string;
  readonly title: string;
  readonly width: number;
};

/** How a column's cells look, which all rows have to be looked at for. */
type ColumnLook = {
  readonly isNumeric: boolean;
  readonly direction: Direction | null;
  readonly format: CellFormat;
  /** The best value among the runs that are read; null: there is none. */
  readonly best: number | null;
};

export type TableColumn = ColumnPlace & ColumnLook;

/** The columns that every table has, before those that are chosen. */
export const NAME = 'name';
export const METRIC = 'main_metric';

/** So many params and so many metrics are shown where nothing was chosen. */
const PARAMS = 40;
const METRICS = 12;

export const LEAST_WIDTH = 56;
export const MOST_WIDTH = 800;

/** How wide a column is that nobody made wider. */
export function widthOf(name: string): number {
  switch (name) {
    case NAME:
      return 260;
    case METRIC:
      return 190;
    case 'started_at':
    case 'ended_at':
    case 'notebook_path':
    case 'experiment':
      return 200;
    case 'error':
      return 260;
    default:
      return 110;
  }
}

export function useTableColumns(rows: readonly RunRow[]): {
  readonly places: readonly ColumnPlace[];
  /** The names behind the fixed ones, whether they were chosen or not. */
  readonly names: readonly string[];
  /** For the columns in sight alone: there may be hundreds, and thousands of runs. */
  readonly look: (place: ColumnPlace) => TableColumn;
} {
  const trans = useTrans();
  const locale = useLocale();
  const actions = useActions();
  const chosen = useTrackbookState(columnsOf);
  const widths = useTrackbookState(state => state.widths);
  const total = useTrackbookState(state => state.list.total);
  const [known, read] = useKnownColumns();
  // Again where there are other runs: those have other params.
  useEffect(read, [read, total]);
  const offered = known.kind === 'ready' ? known.columns : NONE;
  const suggested = useMemo(() => suggestedOf(offered, rows), [offered, rows]);
  const key = suggested.join('\n');
  const isChosen = chosen.length > 0;
  useEffect(() => {
    actions.showAlso(isChosen || key === '' ? [] : key.split('\n'));
  }, [actions, isChosen, key]);
  useEffect(
    () => () => {
      actions.showAlso([]);
    },
    [actions]
  );
  const names = useMemo(
    () =>
      (isChosen ? chosen : key.split('\n')).filter(
        name => name !== NAME && name !== METRIC && name !== ''
      ),
    [isChosen, chosen, key]
  );
  const places = useMemo(
    () =>
      [METRIC, ...names].map((name): ColumnPlace => {
        const width = widths[name] ?? widthOf(name);
        return { name, title: columnTitle(name, trans), width };
      }),
    [names, widths, trans]
  );
  // Where a page of runs has changed nothing of a column, it is the same object: the
  // rows that are drawn are not drawn anew.
  const before = useRef(new Map<string, TableColumn>());
  const look = useMemo(() => {
    const directions = new Map(
      offered.map(({ name, direction }) => [name, direction])
    );
    const known = new Set<string>();
    return (place: ColumnPlace): TableColumn => {
      const { name } = place;
      const kept = before.current.get(name);
      if (kept !== undefined && known.has(name) && isAt(kept, place)) {
        return kept;
      }
      known.add(name);
      const direction = directions.get(name) ?? null;
      const column: TableColumn = {
        ...place,
        isNumeric: name === METRIC || isNumeric(name, rows),
        direction,
        format: evenFormat(name, rows, trans, locale),
        best: name === METRIC ? null : bestIn(name, rows, direction)
      };
      const same = kept !== undefined && isEqual(kept, column) ? kept : column;
      before.current.set(name, same);
      return same;
    };
  }, [offered, rows, trans, locale]);
  return { places, names, look };
}

function isAt(column: TableColumn, place: ColumnPlace): boolean {
  return column.width === place.width && column.title === place.title;
}

function isEqual(a: TableColumn, b: TableColumn): boolean {
  return (
    isAt(a, b) &&
    a.isNumeric === b.isNumeric &&
    a.direction === b.direction &&
    a.format === b.format &&
    a.best === b.best
  );
}

const NONE: readonly RunColumn[] = [];

/** When they ran, the params that vary, and the metrics besides the main one. */
function suggestedOf(
  offered: readonly RunColumn[],
  rows: readonly RunRow[]
): readonly string[] {
  const mains = new Set(
    rows.map(run => `metric:${run.main_metric?.key ?? ''}`)
  );
  const namesOf = (kind: RunColumn['kind']): readonly string[] =>
    offered
      .filter(column => column.kind === kind && column.varies)
      .map(column => column.name);
  return [
    'started_at',
    'duration_ms',
    ...namesOf('param').slice(0, PARAMS),
    ...namesOf('metric')
      .filter(name => mains.size > 1 || !mains.has(name))
      .slice(0, METRICS)
  ];
}

/** In which order a column is sorted at first: the best, the newest, else from A on. */
export function firstSort(
  { name, isNumeric: isNumber, direction }: TableColumn,
  rows: readonly RunRow[]
): string {
  const main = rows.find(run => run.main_metric !== null)?.main_metric;
  const better = name === METRIC ? (main?.direction ?? null) : direction;
  if (better !== null) {
    return better === 'higher' ? `-${name}` : name;
  }
  const isTime = name === 'started_at' || name === 'ended_at';
  const isMetric = columnOf(name).kind === 'metric' || name === METRIC;
  return isTime || isMetric || (isNumber && name === 'duration_ms')
    ? `-${name}`
    : name;
}
