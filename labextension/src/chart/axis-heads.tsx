/**
 * The names of axes above them: they open what can be told to an axis, and are dragged,
 * or moved with the arrow keys, to another place.
 */
import { useId, useState } from 'react';

import type { PlacedAxis } from '../plot/upright-axes';
import { useServices } from '../views/context';
import type { MeasuredAxis } from './parallel-view';

type Props = {
  readonly axes: readonly MeasuredAxis[];
  readonly placed: readonly PlacedAxis[];
  /** Which of them is edited; -1: none. */
  readonly edited: number;
  readonly onEdit: (index: number) => void;
  readonly onMove: (index: number, to: number) => void;
};

export function AxisHeads(props: Props): JSX.Element {
  const { axes, placed, edited, onEdit, onMove } = props;
  const { trans } = useServices();
  const help = useId();
  const [dragged, setDragged] = useState<number | null>(null);
  const room = (placed[1]?.x ?? Infinity) - (placed[0]?.x ?? 0) - 6;
  return (
    <div
      role="none"
      // What is done with a name is not meant for the picture below it.
      onPointerDown={event => event.stopPropagation()}
      onClick={event => event.stopPropagation()}
    >
      {axes.map((axis, index) => (
        <button
          key={`${axis.of} ${axis.key}`}
          className="jp-trackbook-toggle jp-trackbook-axis-head"
          style={{
            left: placed[index]?.x ?? 0,
            maxInlineSize: Math.min(room, 160)
          }}
          draggable
          aria-expanded={index === edited}
          aria-label={trans.__('Axis %1', axis.key)}
          aria-describedby={help}
          title={trans.__('%1: click for more, drag to move', axis.key)}
          onClick={() => onEdit(index)}
          onDragStart={event => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('text/plain', axis.key);
            setDragged(index);
          }}
          onDragEnd={() => setDragged(null)}
          onDragOver={event => {
            if (dragged !== null && dragged !== index) {
              event.preventDefault();
            }
          }}
          onDrop={event => {
            if (dragged !== null) {
              event.preventDefault();
              onMove(dragged, index);
            }
          }}
          onKeyDown={event => {
            const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (by !== undefined) {
              event.preventDefault();
              event.stopPropagation();
              onMove(index, index + by);
            }
          }}
        >
          {axis.brush === null ? '' : '▮ '}
          {axis.key}
          {axis.log ? ` ${trans.__('log')}` : ''}
          {axis.flipped ? ' ↓' : ''}
        </button>
      ))}
      <span id={help} className="jp-trackbook-hidden">
        {trans.__('Enter opens its settings, Left and Right move it.')}
      </span>
    </div>
  );
}
