/**
 * What the row of a run has in the panel and in the table: the box that selects it, its
 * name with the runs alike to it, its star.
 */
import type { MouseEvent, ReactElement } from 'react';

import type { RunRow } from '../contract';
import { useActions, useTrans } from '../widgets';
import { starIcon } from './icons';
import { RowName } from './row-name';

export type RowPartProps = {
  readonly run: RunRow;
  /** Whether the runs alike to it stand below it; null: there are none. */
  readonly unfolded: boolean | null;
  readonly onUnfold: (runId: string) => void;
  readonly selected: boolean;
  readonly editing: boolean;
  readonly onSelect: (runId: string, range: boolean) => void;
  readonly onRenamed: (
    runId: string,
    name: string | null,
    refocus: boolean
  ) => void;
};

export function SelectCell(
  props: Pick<RowPartProps, 'run' | 'selected' | 'onSelect'>
): ReactElement {
  const { run, selected, onSelect } = props;
  const trans = useTrans();
  return (
    <span role="gridcell" className="jp-trackbook-select">
      <input
        type="checkbox"
        tabIndex={-1}
        checked={selected}
        aria-label={trans.__('Select %1', run.name)}
        onChange={() => undefined}
        onClick={event => {
          event.stopPropagation();
          onSelect(run.run_id, event.shiftKey);
        }}
      />
    </span>
  );
}

export function NameLine(
  props: Omit<RowPartProps, 'selected' | 'onSelect'>
): ReactElement {
  const { run, unfolded } = props;
  const trans = useTrans();
  const actions = useActions();
  return (
    <span className="jp-trackbook-line">
      <RowName
        run={run}
        editing={props.editing}
        onEdit={() => {
          actions.setRenaming(run.run_id);
        }}
        onDone={(name, refocus) => {
          props.onRenamed(run.run_id, name, refocus);
        }}
      />
      {unfolded !== null && (
        <button
          className="jp-trackbook-alike"
          tabIndex={-1}
          aria-expanded={unfolded}
          title={
            unfolded
              ? trans.__('Fold them into one row (Left arrow)')
              : trans.__(
                  '%1 runs of the same code, params and results: show them (Right arrow)',
                  run.alike_count
                )
          }
          onClick={event => {
            event.stopPropagation();
            props.onUnfold(run.run_id);
          }}
        >
          ×{run.alike_count}
        </button>
      )}
      <StarButton run={run} />
    </span>
  );
}

function StarButton({ run }: { readonly run: RunRow }): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const onClick = (event: MouseEvent): void => {
    event.stopPropagation();
    void actions.star(run.run_id, !run.starred);
  };
  return (
    <button
      className="jp-trackbook-star"
      tabIndex={-1}
      aria-pressed={run.starred}
      aria-label={trans.__('Star %1', run.name)}
      title={
        run.starred ? trans.__('Remove the star (S)') : trans.__('Star (S)')
      }
      onClick={onClick}
    >
      <starIcon.react tag="span" />
    </button>
  );
}
