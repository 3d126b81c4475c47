/**
 * One metric as bars: a bar a run, or the mean of the runs that share a param's value,
 * with what it spreads over.
 */
import { useCallback, useMemo } from 'react';

import { ROW_HEIGHT, rowScene } from '../plot/row-scene';
import type { RunScene } from '../plot/run-scene';
import type { Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';
import { BarsControls, BarsOptions } from './bars-controls';
import { barsView } from './bars-view';
import { barsCell } from './chart-cell';
import { PanelFrame } from './panel-frame';
import type { PanelProps } from './panel-props';
import type { BarSettings } from './panel-settings';
import { directionOf } from './quantities';
import { RunPlot } from './run-plot';
import { useChartedRuns } from './use-charted-runs';
import { listed } from './words';

/** More rows than that are drawn narrower, and scrolled. */
const ROOMY = 16;
const NARROW_HEIGHT = 18;
const FOOT = 28;

export function BarsPanel(props: PanelProps<'bars'>): JSX.Element {
  const { panel, subject, hidden, title } = props;
  const { metric, settings } = panel;
  const { trans } = useServices();
  const charted = useChartedRuns(subject, [metric], hidden, props.active);
  const { runs } = charted;
  const direction = directionOf(metric, subject);
  const { rows, items, table, without } = useMemo(
    () => barsView(runs ?? [], metric, direction, settings, trans),
    [runs, metric, direction, settings, trans]
  );
  const rowHeight = rows.length > ROOMY ? NARROW_HEIGHT : ROW_HEIGHT;
  const height = Math.max(2, rows.length) * rowHeight + FOOT;
  const draw = useCallback(
    (theme: PlotTheme, { width }: Size): RunScene =>
      rowScene(rows, 'bars', settings.log, theme, { width, height }),
    [rows, settings.log, height]
  );
  const setSettings = (next: BarSettings): void =>
    props.onChange({ ...panel, settings: next });
  return (
    <PanelFrame
      title={title}
      actions={props.actions}
      controls={
        <BarsControls
          settings={settings}
          onSettings={setSettings}
          params={subject.params}
          direction={direction}
        />
      }
      options={<BarsOptions settings={settings} onSettings={setSettings} />}
      charted={charted}
      empty={
        rows.length > 0
          ? null
          : trans.__(
              'None of the runs that are switched on has a number for %1.',
              metric
            )
      }
      asTable={settings.asTable}
      onAsTable={asTable => setSettings({ ...settings, asTable })}
      table={table}
      draw={draw}
      legend={[]}
      notes={notesOf()}
      cell={() => barsCell(metric, drawn(), settings, direction)}
    >
      <div
        className="jp-trackbook-plot-scroll"
        style={{ maxBlockSize: props.height }}
      >
        <RunPlot
          draw={draw}
          items={items}
          height={height}
          description={trans.__(
            'Bars of %1: %2',
            title,
            listed(
              rows.map(row => `${row.name} ${row.note ?? ''}`),
              trans
            )
          )}
        />
      </div>
    </PanelFrame>
  );

  /** In the order of the bars, where each is a run's. */
  function drawn(): readonly { runId: string; name: string }[] {
    const byId = new Map((runs ?? []).map(run => [run.run_id, run.name]));
    return items.flatMap(item =>
      item.runIds.map(runId => ({ runId, name: byId.get(runId) ?? '' }))
    );
  }

  function notesOf(): string[] {
    const notes: string[] = [];
    if (direction !== null) {
      notes.push(
        direction === 'higher'
          ? trans.__('Higher is better.')
          : trans.__('Lower is better.')
      );
    }
    if (settings.groupBy !== null) {
      notes.push(
        trans.__('A bar is the mean of its runs, each dot one of them.'),
        settings.spread === 'range'
          ? trans.__('The line is from the least to the greatest.')
          : trans.__('The line is one standard deviation to either side.')
      );
    }
    if (without > 0) {
      notes.push(
        trans._n(
          'One run has no number for it.',
          '%1 runs have no number for it.',
          without,
          without
        )
      );
    }
    const below = settings.log ? rows.filter(row => row.value <= 0).length : 0;
    if (below > 0) {
      notes.push(
        trans._n(
          'One value at or below zero has no place on a logarithmic axis.',
          '%1 values at or below zero have no place on a logarithmic axis.',
          below,
          below
        )
      );
    }
    return notes;
  }
}
