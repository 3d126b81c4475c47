/**
 * The lines of groups as numbers: a row an x, and of each group its line, its band and how
 * many runs count.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { valueAt } from '../plot/column';
import type { Measures } from '../plot/groups';
import type { Line } from '../plot/lines';
import { bandAt, middleWord } from './group-words';
import type { ValueTable } from './value-table';

/** @param most so many rows at most. */
export function groupTable(
  lines: readonly Line[],
  head: string,
  nameOf: (x: number) => string,
  { middle }: Measures,
  trans: TranslationBundle,
  most = Infinity
): ValueTable {
  const places = lines.map(placesOf);
  const all = new Set(places.flatMap(one => [...one.keys()]));
  const xs = [...all].sort((a, b) => a - b).slice(0, most);
  return {
    head,
    names: xs.map(nameOf),
    colors: xs.map(() => null),
    columns: lines.flatMap((line, at) => {
      const column = (read: (index: number) => number | null) =>
        xs.map(x => {
          const index = places[at]?.get(x);
          return index === undefined ? null : read(index);
        });
      return [
        {
          name: `${line.name} ${middleWord(middle, trans)}`,
          values: column(index => valueAt(line.y, index))
        },
        {
          name: trans.__('%1 from', line.name),
          values: column(index => bandAt(line, index)?.[0] ?? null)
        },
        {
          name: trans.__('%1 to', line.name),
          values: column(index => bandAt(line, index)?.[1] ?? null)
        },
        {
          name: trans.__('%1 runs', line.name),
          values: column(index =>
            line.group === null ? null : valueAt(line.group.counts, index)
          )
        }
      ];
    })
  };
}

/** Where each x of a line stands, without its gaps. */
function placesOf({ x, y }: Line): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  x.forEach((at, index) => {
    if (!Number.isNaN(valueAt(y, index))) {
      places.set(at, index);
    }
  });
  return places;
}
