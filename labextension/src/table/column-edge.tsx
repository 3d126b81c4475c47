/**
 * The edge of a column, which is dragged, or moved by keys, to change its width.
 */
import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';

import { useActions, useTrans } from '../widgets';
import { LEAST_WIDTH, MOST_WIDTH } from './use-table-columns';
import type { TableColumn } from './use-table-columns';

const STEP = 10;
const LARGE_STEP = 50;

export function ColumnEdge(props: {
  readonly column: Pick<TableColumn, 'name' | 'title' | 'width'>;
  readonly isStop: boolean;
}): ReactElement {
  const { column, isStop } = props;
  const trans = useTrans();
  const actions = useActions();
  const drag = useRef<{ readonly x: number; readonly width: number } | null>(
    null
  );
  const resize = (width: number): void => {
    actions.setWidth(
      column.name,
      Math.round(Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, width)))
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    switch (event.key) {
      case 'ArrowLeft':
        resize(column.width - step);
        break;
      case 'ArrowRight':
        resize(column.width + step);
        break;
      case 'Home':
        resize(LEAST_WIDTH);
        break;
      case 'Enter':
      case 'Delete':
        actions.setWidth(column.name, null);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current !== null) {
      const isBackwards =
        getComputedStyle(event.currentTarget).direction === 'rtl';
      const by = event.clientX - drag.current.x;
      resize(drag.current.width + (isBackwards ? -by : by));
    }
  };
  const onPointerUp = (): void => {
    drag.current = null;
  };
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={trans.__('Width of %1', column.title)}
      aria-valuenow={column.width}
      aria-valuemin={LEAST_WIDTH}
      aria-valuemax={MOST_WIDTH}
      tabIndex={isStop ? 0 : -1}
      className="jp-trackbook-runtable-edge"
      title={trans.__(
        'Drag to change the width, or press Left or Right; Enter gives the usual one back'
      )}
      // Else it would drag the column.
      draggable
      onDragStart={event => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={event => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
        drag.current = { x: event.clientX, width: column.width };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={() => {
        actions.setWidth(column.name, null);
      }}
      onKeyDown={onKeyDown}
    />
  );
}
