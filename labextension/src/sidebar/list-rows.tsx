/**
 * The items in sight, at their places: what is no run looks the same in every view.
 */
import type { ReactElement } from 'react';

import type { NumberFormat } from '../format';
import { OtherRow } from './other-row';
import type { RowPartProps } from './row-parts';
import { canUnfold } from './use-list';
import type { RunListModel } from './use-list';

export function ListRows(props: {
  readonly list: RunListModel;
  readonly formats: ReadonlyMap<string, NumberFormat>;
  readonly now: number;
  /** What stands in the element of a run. */
  readonly row: (parts: RowPartProps) => ReactElement;
}): ReactElement {
  const { formats, list, now, row } = props;
  const { act, editingId, items, selected, virtualizer } = list;
  return (
    <>
      {virtualizer.getVirtualItems().map(({ index, start, key }) => {
        const item = items[index];
        if (item === undefined) {
          return null;
        }
        const shared = list.rowProps(index, start);
        if (item.kind !== 'run') {
          return (
            <OtherRow
              key={key}
              item={item}
              shared={shared}
              formats={formats}
              now={now}
              onOpen={act.openItem}
            />
          );
        }
        const { run } = item;
        return (
          <div {...shared} {...list.runProps(item, index)} key={key}>
            {row({
              run,
              selected: selected.has(run.run_id),
              editing: editingId === run.run_id,
              unfolded: canUnfold(item) ? item.unfolded : null,
              onUnfold: act.toggleFold,
              onSelect: act.select,
              onRenamed: act.renamed
            })}
          </div>
        );
      })}
    </>
  );
}
