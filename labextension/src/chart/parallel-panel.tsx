/**
 * Runs as lines across axes: the params that vary, and metrics. Axes are brushed, which
 * finds runs, flipped, made logarithmic and moved.
 */
import { useCallback, useMemo, useState } from 'react';

import { brushBetween } from '../plot/brush';
import type { Brush } from '../plot/brush';
import { parallelScene } from '../plot/parallel-scene';
import { axisAt } from '../plot/upright-axes';
import type { ParallelScene } from '../plot/parallel-scene';
import type { Place } from '../plot/run-scene';
import type { Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';
import { AxisEditor } from './axis-editor';
import { AxisHeads } from './axis-heads';
import { BrushedRuns } from './brushed-runs';
import { parallelCell } from './chart-cell';
import { PanelFrame } from './panel-frame';
import type { PanelProps } from './panel-props';
import { isSame } from './panel-settings';
import type {
  ParallelAxis,
  ParallelSettings,
  Quantity
} from './panel-settings';
import { axesOf, measured, newAxis, parallelView } from './parallel-view';
import { ParallelControls } from './parallel-controls';
import { metricKeys } from './quantities';
import { RunPlot } from './run-plot';
import { useChartedRuns } from './use-charted-runs';
import { listed } from './words';

/** A shorter way of the pointer is a click. */
const LEAST = 4;
/** Axes nearer to each other would have no room for their labels. */
const AXIS_WIDTH = 64;

export function ParallelPanel(props: PanelProps<'parallel'>): JSX.Element {
  const { panel, subject, title } = props;
  const { settings } = panel;
  const { trans } = useServices();
  const [edited, setEdited] = useState<Quantity | null>(null);
  /** What is being brushed, and not decided yet. */
  const [draft, setDraft] = useState<{
    readonly index: number;
    readonly brush: Brush | null;
  } | null>(null);
  const axes = useMemo(() => axesOf(settings, subject), [settings, subject]);
  const colored: Quantity | null =
    settings.colorBy === null ? null : { of: 'metric', key: settings.colorBy };
  const charted = useChartedRuns(
    subject,
    metricKeys([...axes, colored]),
    props.hidden,
    props.active
  );
  const { runs } = charted;
  const lineup = useMemo(
    () =>
      measured(
        runs ?? [],
        axes.map((axis, index) =>
          draft?.index === index ? { ...axis, brush: draft.brush } : axis
        )
      ),
    [runs, axes, draft]
  );
  const view = useMemo(
    () => parallelView(runs ?? [], lineup, settings.colorBy, trans),
    [runs, lineup, settings.colorBy, trans]
  );
  const { parallel } = view;
  const drawAt = useCallback(
    (titled: boolean, theme: PlotTheme, size: Size): ParallelScene =>
      parallelScene(parallel, titled, theme, size, { none: trans.__('none') }),
    [parallel, trans]
  );
  const draw = useCallback(
    (theme: PlotTheme, size: Size) => drawAt(false, theme, size),
    [drawAt]
  );

  const setSettings = (part: Partial<ParallelSettings>): void =>
    props.onChange({ ...panel, settings: { ...settings, ...part } });
  const setAxes = (next: readonly ParallelAxis[]): void =>
    setSettings({ axes: next });
  const change = (index: number, part: Partial<ParallelAxis>): void =>
    setAxes(
      axes.map((axis, at) => (at === index ? { ...axis, ...part } : axis))
    );
  const move = (index: number, to: number): void => {
    const axis = axes[index];
    if (axis !== undefined && to >= 0 && to < axes.length) {
      const others = axes.filter((_, at) => at !== index);
      setAxes([...others.slice(0, to), axis, ...others.slice(to)]);
    }
  };
  const editedAt = edited === null ? -1 : axes.findIndex(isSame(edited));
  const editedAxis = lineup[editedAt];

  function onDrag(
    scene: ParallelScene,
    from: Place,
    to: Place,
    ended: boolean
  ): boolean {
    const index = axisAt(scene.axes, from.x);
    const axis = lineup[index];
    const placed = scene.axes[index];
    if (axis === undefined || placed === undefined) {
      return false;
    }
    // A click on an axis takes its brush away.
    const brush =
      Math.abs(to.y - from.y) < LEAST
        ? null
        : brushBetween(axis.measure, placed.scale, from.y, to.y);
    if (ended) {
      setDraft(null);
      change(index, { brush });
    } else {
      setDraft({ index, brush });
    }
    return true;
  }

  return (
    <PanelFrame
      title={title}
      actions={props.actions}
      controls={
        <ParallelControls
          subject={subject}
          axes={axes}
          colorBy={settings.colorBy}
          onAdd={quantity => setAxes([...axes, newAxis(quantity, subject)])}
          onColorBy={colorBy => setSettings({ colorBy })}
        />
      }
      charted={charted}
      empty={emptyWords()}
      asTable={settings.asTable}
      onAsTable={asTable => setSettings({ asTable })}
      table={view.table}
      draw={(theme, size) => drawAt(true, theme, size)}
      legend={
        settings.colorBy === null
          ? view.through.map(run => ({ ...run.style, name: run.name }))
          : []
      }
      notes={view.notes}
      cell={() =>
        parallelCell(
          axes,
          view.through.map(run => ({ runId: run.run_id, name: run.name })),
          settings.colorBy
        )
      }
    >
      {editedAxis === undefined ? null : (
        <AxisEditor
          axis={editedAxis}
          onChange={part => change(editedAt, part)}
          onMove={by => move(editedAt, editedAt + by)}
          onRemove={() => setAxes(axes.filter((_, at) => at !== editedAt))}
          onClose={() => setEdited(null)}
        />
      )}
      <div className="jp-trackbook-axes-scroll">
        <div style={{ minInlineSize: axes.length * AXIS_WIDTH }}>
          <RunPlot
            draw={draw}
            items={view.items}
            height={props.height}
            description={trans.__(
              'Parallel coordinates of %1: %2',
              axes.map(axis => axis.key).join(', '),
              listed(
                view.items.map(({ name, facts }) =>
                  [name, ...facts.map(fact => fact.join(' '))].join(', ')
                ),
                trans
              )
            )}
            onDrag={onDrag}
          >
            {scene => (
              <AxisHeads
                axes={lineup}
                placed={scene.axes}
                edited={editedAt}
                onEdit={index =>
                  setEdited(index === editedAt ? null : (axes[index] ?? null))
                }
                onMove={move}
              />
            )}
          </RunPlot>
        </div>
      </div>
      {view.isBrushed ? (
        <BrushedRuns
          all={runs ?? []}
          through={view.through}
          axes={lineup}
          onKeep={props.onKeep}
          onClear={() => setAxes(axes.map(axis => ({ ...axis, brush: null })))}
        />
      ) : null}
    </PanelFrame>
  );

  function emptyWords(): string | null {
    if (runs !== null && runs.length < 2) {
      return trans.__(
        'It takes two runs or more: select them in the list, or switch them on in the legend.'
      );
    }
    return axes.length === 0
      ? trans.__('No param varies among these runs: add a metric as an axis.')
      : null;
  }
}
