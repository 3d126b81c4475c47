/**
 * The head of the table: what each column is, by which the list is sorted, how wide it is.
 */
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, ReactElement } from 'react';

import { columnOf, kindWord, movedTo } from '../columns';
import { isDescending } from '../selectors';
import { MOST_SORTS, sortsOf } from '../store';
import { useActions, useTrackbookState, useTrans } from '../widgets';
import { ColumnEdge } from './column-edge';
import type { TableColumn } from './use-table-columns';

type HeadProps = {
  readonly column: TableColumn;
  /** Its number in the row, from 1 on. */
  readonly place: number;
  /** The order in which it is sorted at first. */
  readonly firstSort: string;
  /** The columns that can be moved; null: it stays where it is. */
  readonly movable: readonly string[] | null;
  /** Whether it takes part in the tab order, as one of the heads does. */
  readonly isStop: boolean;
  readonly wantsFocus: boolean;
  readonly onFocus: () => void;
  /** Goes to another head. */
  readonly onGo: (by: number) => void;
};

export function ColumnHead(props: HeadProps): ReactElement {
  const { column, place, firstSort, movable, isStop } = props;
  const trans = useTrans();
  const actions = useActions();
  const button = useRef<HTMLButtonElement>(null);
  const [isOver, setOver] = useState(false);
  const sort = useTrackbookState(state => state.sort);
  const thenBy = useTrackbookState(state => state.thenBy);
  const sorts = sortsOf({ sort, thenBy });
  const at = sorts.findIndex(one => one.replace(/^-/, '') === column.name);
  const sorted = sorts[at];
  useEffect(() => {
    if (props.wantsFocus) {
      button.current?.focus();
    }
  }, [props.wantsFocus]);

  const onSort = (event: MouseEvent): void => {
    const next = sorted === undefined ? firstSort : turned(sorted);
    if (!event.shiftKey) {
      actions.setSort(at === 0 || sorts.length === 1 ? next : firstSort);
      return;
    }
    const keys =
      at < 0
        ? [...sorts, next]
        : sorts.map((one, index) => (index === at ? next : one));
    const [first = next, ...others] = keys.slice(0, MOST_SORTS);
    actions.setSort(first, others);
  };
  const moveTo = (name: string, index: number): void => {
    if (movable !== null) {
      actions.setColumns(movedTo(movable, name, index));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by =
      event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!event.altKey) {
      props.onGo(by);
    } else if (movable !== null) {
      moveTo(column.name, movable.indexOf(column.name) + by);
      props.onGo(by);
    }
  };
  const isMovable = movable !== null;
  return (
    <span
      role="columnheader"
      aria-colindex={place}
      aria-sort={ariaSort(sorted, at)}
      className={headClass(column, isOver)}
      style={{ inlineSize: column.width }}
      draggable={isMovable}
      onDragStart={event => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData(DRAGGED, column.name);
      }}
      onDragOver={event => {
        if (isMovable && event.dataTransfer.types.includes(DRAGGED)) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        const name = event.dataTransfer.getData(DRAGGED);
        if (movable?.includes(name) === true && name !== column.name) {
          moveTo(name, movable.indexOf(column.name));
        }
      }}
    >
      <button
        ref={button}
        className="jp-trackbook-runtable-sort"
        tabIndex={isStop ? 0 : -1}
        title={hintOf()}
        onClick={onSort}
        onFocus={props.onFocus}
        onKeyDown={onKeyDown}
      >
        <bdi>{column.title}</bdi>
        {sorted !== undefined && (
          <span className="jp-trackbook-runtable-arrow" aria-hidden="true">
            {isDescending(sorted) ? '↓' : '↑'}
            {sorts.length > 1 && <sup>{at + 1}</sup>}
          </span>
        )}
      </button>
      <ColumnEdge column={column} isStop={isStop} />
    </span>
  );

  function hintOf(): string {
    const { kind } = columnOf(column.name);
    const what =
      kind === 'attribute'
        ? column.title
        : `${column.title} (${kindWord(kind, trans)})`;
    return isMovable
      ? trans.__(
          '%1: sort by it; with Shift, also by it. Drag it, or press Alt with Left or Right, to move it.',
          what
        )
      : trans.__('%1: sort by it; with Shift, also by it.', what);
  }
}

const DRAGGED = 'application/x-trackbook-column';

function turned(sort: string): string {
  return sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
}

/** Of several orders the first is what a table is sorted by. */
function ariaSort(
  sorted: string | undefined,
  at: number
): 'ascending' | 'descending' | 'other' | 'none' {
  if (sorted === undefined) {
    return 'none';
  }
  if (at > 0) {
    return 'other';
  }
  return isDescending(sorted) ? 'descending' : 'ascending';
}

function headClass(column: TableColumn, isOver: boolean): string {
  return [
    'jp-trackbook-runtable-cell',
    column.isNumeric ? 'jp-mod-numeric' : '',
    isOver ? 'jp-mod-over' : ''
  ].join(' ');
}
