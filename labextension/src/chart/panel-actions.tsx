/**
 * Moves, enlarges and removes a panel.
 */
import { useServices } from '../views/context';

type Props = {
  readonly title: string;
  readonly isWide: boolean;
  readonly onWide: (isWide: boolean) => void;
  readonly onRemove: () => void;
  readonly onMove: (by: number) => void;
  readonly onDrag: (drags: boolean) => void;
};

export function PanelActions(props: Props): JSX.Element {
  const { title, isWide } = props;
  const { trans } = useServices();
  return (
    <div className="jp-trackbook-chart-panel-actions">
      <button
        className="jp-trackbook-icon-button"
        draggable
        title={trans.__('Move: drag, or press an arrow key')}
        aria-label={trans.__('Move %1', title)}
        onDragStart={event => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', title);
          props.onDrag(true);
        }}
        onDragEnd={() => props.onDrag(false)}
        onKeyDown={event => {
          const by = {
            ArrowLeft: -1,
            ArrowUp: -1,
            ArrowRight: 1,
            ArrowDown: 1
          }[event.key];
          if (by !== undefined) {
            event.preventDefault();
            event.stopPropagation();
            props.onMove(by);
          }
        }}
      >
        ⠿
      </button>
      <button
        className="jp-trackbook-icon-button"
        aria-pressed={isWide}
        title={trans.__('Whole width')}
        aria-label={trans.__('Enlarge %1', title)}
        onClick={() => props.onWide(!isWide)}
      >
        ⤢
      </button>
      <button
        className="jp-trackbook-icon-button"
        title={trans.__('Remove the panel')}
        aria-label={trans.__('Remove %1', title)}
        onClick={props.onRemove}
      >
        ✕
      </button>
    </div>
  );
}
