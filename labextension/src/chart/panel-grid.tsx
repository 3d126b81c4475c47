/**
 * Panels side by side, each a chart of one metric: enlarged, moved and removed.
 */
import { useEffect, useState } from 'react';

import type { ChartedMetric } from '../contract';
import { useServices } from '../views/context';
import { MetricChart } from './metric-chart';
import { changed, moved, without } from './panels';
import type { Panel } from './panels';
import type { ChartRun } from './series';

type Props = {
  readonly panels: readonly Panel[];
  readonly onPanels: (panels: readonly Panel[]) => void;
  readonly runs: readonly ChartRun[];
  readonly metrics: readonly ChartedMetric[];
  readonly hidden: ReadonlySet<string>;
};

export function PanelGrid(props: Props): JSX.Element {
  const { panels, onPanels } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  return (
    <div className="jp-trackbook-panels">
      {panels.map((panel, index) => (
        <PanelCard
          key={panel.id}
          panel={panel}
          runs={props.runs}
          hidden={props.hidden}
          onChange={part => onPanels(changed(panels, panel.id, part))}
          onRemove={() => onPanels(without(panels, panel.id))}
          onMove={by => onPanels(moved(panels, panel.id, index + by))}
          onDrag={setDragged}
          isTarget={dragged !== null && dragged !== panel.id}
          onDrop={() => {
            if (dragged !== null) {
              onPanels(moved(panels, dragged, index));
            }
          }}
        />
      ))}
    </div>
  );
}

type CardProps = {
  readonly panel: Panel;
  readonly runs: readonly ChartRun[];
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (part: Partial<Omit<Panel, 'id'>>) => void;
  readonly onRemove: () => void;
  readonly onMove: (by: number) => void;
  readonly onDrag: (id: string | null) => void;
  readonly isTarget: boolean;
  readonly onDrop: () => void;
};

const HEIGHT = 260;
const WIDE_HEIGHT = 460;

function PanelCard(props: CardProps): JSX.Element {
  const { panel, runs, hidden, onChange, onRemove, onMove } = props;
  const { trans } = useServices();
  const [element, setElement] = useState<HTMLElement | null>(null);
  const seen = useSeen(element);
  return (
    <article
      ref={setElement}
      className={
        panel.isWide
          ? 'jp-trackbook-card jp-trackbook-chart-panel jp-mod-wide'
          : 'jp-trackbook-card jp-trackbook-chart-panel'
      }
      aria-label={panel.metric}
      onDragOver={event => {
        if (props.isTarget) {
          event.preventDefault();
        }
      }}
      onDrop={props.onDrop}
    >
      <MetricChart
        runs={runs}
        metric={panel.metric}
        height={panel.isWide ? WIDE_HEIGHT : HEIGHT}
        settings={panel.settings}
        onSettings={settings => onChange({ settings })}
        hidden={hidden}
        active={seen}
        title={<h2 title={panel.metric}>{panel.metric}</h2>}
        actions={
          <div className="jp-trackbook-chart-panel-actions">
            <button
              className="jp-trackbook-icon-button"
              draggable
              title={trans.__('Move: drag, or press an arrow key')}
              aria-label={trans.__('Move %1', panel.metric)}
              onDragStart={event => {
                event.dataTransfer.effectAllowed = 'move';
                event.dataTransfer.setData('text/plain', panel.metric);
                props.onDrag(panel.id);
              }}
              onDragEnd={() => props.onDrag(null)}
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
                  onMove(by);
                }
              }}
            >
              ⠿
            </button>
            <button
              className="jp-trackbook-icon-button"
              aria-pressed={panel.isWide}
              title={trans.__('Whole width')}
              aria-label={trans.__('Enlarge %1', panel.metric)}
              onClick={() => onChange({ isWide: !panel.isWide })}
            >
              ⤢
            </button>
            <button
              className="jp-trackbook-icon-button"
              title={trans.__('Remove the panel')}
              aria-label={trans.__('Remove %1', panel.metric)}
              onClick={onRemove}
            >
              ✕
            </button>
          </div>
        }
      />
    </article>
  );
}

/** Whether the element is, or is about to be, in sight. */
function useSeen(element: HTMLElement | null): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element === null) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => setSeen(entries[entries.length - 1]?.isIntersecting ?? false),
      { rootMargin: '200px' }
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return seen;
}
