/**
 * Runs as points over two params or metrics, with a line through them.
 */
import { useCallback, useMemo } from 'react';

import type { RunScene } from '../plot/run-scene';
import { canBeLog } from '../plot/measure-axis';
import { scatterScene } from '../plot/scatter-scene';
import type { Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';
import { scatterCell } from './chart-cell';
import { PanelFrame } from './panel-frame';
import type { PanelProps } from './panel-props';
import type { ScatterSettings } from './panel-settings';
import { metricKeys, scatterAxes } from './quantities';
import { QuantitySelect } from './quantity-select';
import { RunPlot } from './run-plot';
import { scatterView } from './scatter-view';
import { Toggle } from './toggle';
import { useChartedRuns } from './use-charted-runs';
import { listed } from './words';

export function ScatterPanel(props: PanelProps<'scatter'>): JSX.Element {
  const { panel, subject, title } = props;
  const { settings } = panel;
  const { trans } = useServices();
  const { x, y } = scatterAxes(settings, subject);
  const charted = useChartedRuns(
    subject,
    metricKeys([x, y]),
    props.hidden,
    props.active
  );
  const { runs } = charted;
  const { scatter, items, table, notes } = useMemo(
    () => scatterView(runs ?? [], x, y, settings, trans),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- x and y are made anew
    [runs, x?.of, x?.key, y?.of, y?.key, settings, trans]
  );
  const draw = useCallback(
    (theme: PlotTheme, size: Size): RunScene =>
      scatterScene(scatter, settings.trend, theme, size),
    [scatter, settings.trend]
  );
  const setSettings = (part: Partial<ScatterSettings>): void =>
    props.onChange({ ...panel, settings: { ...settings, ...part } });
  return (
    <PanelFrame
      title={title}
      actions={props.actions}
      controls={
        <>
          <QuantitySelect
            label={trans.__('Y axis')}
            subject={subject}
            value={y}
            onValue={next => setSettings({ y: next, logY: null })}
          />
          <QuantitySelect
            label={trans.__('X axis')}
            subject={subject}
            value={x}
            onValue={next => setSettings({ x: next, logX: null })}
          />
          <Toggle
            label={trans.__('log x')}
            title={trans.__('Logarithmic x')}
            value={scatter.x.log}
            disabled={!canBeLog(scatter.x.measure)}
            onValue={logX => setSettings({ logX })}
          />
          <Toggle
            label={trans.__('log y')}
            title={trans.__('Logarithmic y')}
            value={scatter.y.log}
            disabled={!canBeLog(scatter.y.measure)}
            onValue={logY => setSettings({ logY })}
          />
          <Toggle
            label={trans.__('trend')}
            title={trans.__('The line of least squares')}
            value={settings.trend}
            onValue={trend => setSettings({ trend })}
          />
        </>
      }
      charted={charted}
      empty={emptyWords()}
      asTable={settings.asTable}
      onAsTable={asTable => setSettings({ asTable })}
      table={table}
      draw={draw}
      legend={(runs ?? []).map(run => ({ ...run.style, name: run.name }))}
      notes={notes}
      cell={() =>
        x === null || y === null
          ? ''
          : scatterCell(
              x,
              y,
              items.map(({ key, name }) => ({ runId: key, name })),
              {
                logX: scatter.x.log,
                logY: scatter.y.log,
                trend: settings.trend
              }
            )
      }
    >
      <RunPlot
        draw={draw}
        items={items}
        height={props.height}
        description={trans.__(
          'Scatter of %1: %2',
          title,
          listed(
            items.map(({ name, facts }) =>
              [name, ...facts.map(fact => fact.join(' '))].join(', ')
            ),
            trans
          )
        )}
      />
    </PanelFrame>
  );

  function emptyWords(): string | null {
    if (scatter.points.length > 0) {
      return null;
    }
    return x === null || y === null
      ? trans.__(
          'There is nothing to put on two axes: the runs share their params, and have one metric at most.'
        )
      : trans.__(
          'None of the runs that are switched on has both: choose another axis.'
        );
  }
}
