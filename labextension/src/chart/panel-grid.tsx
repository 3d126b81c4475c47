/**
 * Panels side by side: enlarged, moved and removed, of whichever kind they are.
 */
import { useEffect, useState } from 'react';

import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { BarsPanel } from './bars-panel';
import { MetricChart } from './metric-chart';
import { PanelActions } from './panel-actions';
import type { PanelProps } from './panel-props';
import { ParallelPanel } from './parallel-panel';
import { panelTitle } from './panel-titles';
import { changed, moved, without } from './panels';
import type { Panel, PanelKind } from './panels';
import { ScatterPanel } from './scatter-panel';
import type { ChartRun } from './series';

type Shared = {
  readonly subject: ChartSubject;
  readonly runs: readonly ChartRun[];
  readonly hidden: ReadonlySet<string>;
  readonly onKeep: (runIds: readonly string[]) => void;
};

type Props = Shared & {
  readonly panels: readonly Panel[];
  readonly onPanels: (panels: readonly Panel[]) => void;
};

export function PanelGrid(props: Props): JSX.Element {
  const { panels, onPanels, ...shared } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  return (
    <div className="jp-trackbook-panels">
      {panels.map((panel, index) => (
        <PanelCard
          key={panel.id}
          {...shared}
          panel={panel}
          onChange={next => onPanels(changed(panels, next))}
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

type CardProps = Shared & {
  readonly panel: Panel;
  readonly onChange: (panel: Panel) => void;
  readonly onRemove: () => void;
  readonly onMove: (by: number) => void;
  readonly onDrag: (id: string | null) => void;
  readonly isTarget: boolean;
  readonly onDrop: () => void;
};

const HEIGHT = 260;
const WIDE_HEIGHT = 460;

function PanelCard(props: CardProps): JSX.Element {
  const { panel, onChange } = props;
  const { trans } = useServices();
  const [element, setElement] = useState<HTMLElement | null>(null);
  const active = useSeen(element);
  const title = panelTitle(panel, props.subject, trans);
  return (
    <article
      ref={setElement}
      className={
        panel.isWide
          ? 'jp-trackbook-card jp-trackbook-chart-panel jp-mod-wide'
          : 'jp-trackbook-card jp-trackbook-chart-panel'
      }
      aria-label={title}
      onDragOver={event => {
        if (props.isTarget) {
          event.preventDefault();
        }
      }}
      onDrop={props.onDrop}
    >
      <PanelBody
        panel={panel}
        onChange={onChange}
        runs={props.runs}
        subject={props.subject}
        hidden={props.hidden}
        onKeep={props.onKeep}
        active={active}
        height={panel.isWide ? WIDE_HEIGHT : HEIGHT}
        title={title}
        actions={
          <PanelActions
            title={title}
            isWide={panel.isWide}
            onWide={isWide => onChange({ ...panel, isWide })}
            onRemove={props.onRemove}
            onMove={props.onMove}
            onDrag={drags => props.onDrag(drags ? panel.id : null)}
          />
        }
      />
    </article>
  );
}

function PanelBody(
  props: PanelProps<PanelKind> & { readonly runs: readonly ChartRun[] }
): JSX.Element {
  const { panel, runs, ...shared } = props;
  switch (panel.kind) {
    case 'lines':
      return (
        <MetricChart
          runs={runs}
          metric={panel.metric}
          metrics={props.subject.metrics}
          subject={props.subject}
          height={props.height}
          settings={panel.settings}
          onSettings={settings => props.onChange({ ...panel, settings })}
          hidden={props.hidden}
          active={props.active}
          title={<h2 title={props.title}>{props.title}</h2>}
          actions={props.actions}
        />
      );
    case 'bars':
      return <BarsPanel panel={panel} {...shared} />;
    case 'scatter':
      return <ScatterPanel panel={panel} {...shared} />;
    case 'parallel':
      return <ParallelPanel panel={panel} {...shared} />;
  }
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
