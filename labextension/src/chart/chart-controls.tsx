/**
 * The quiet controls above a chart: x axis, smoothing, logarithmic y, and the rest of its
 * settings behind a button.
 */
import { useServices } from '../views/context';
import { X_AXES } from './chart-settings';
import type { ChartSettings } from './chart-settings';

type Props = {
  readonly settings: ChartSettings;
  readonly onSettings: (settings: ChartSettings) => void;
  /** Whether there are lines, and so an x axis and something to smooth. */
  readonly hasLines: boolean;
  /** Asks for another metric as x; null where there is none to choose. */
  readonly onChooseX: (() => void) | null;
  readonly xRef: React.Ref<HTMLSelectElement>;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
};

const ANOTHER = 'another';

export function ChartControls(props: Props): JSX.Element {
  const { settings, onSettings, hasLines, open, onOpen } = props;
  const { trans } = useServices();
  const names = {
    step: trans.__('step'),
    relative: trans.__('relative time'),
    wall: trans.__('wall time')
  };
  const lines = hasLines && !settings.asTable;
  const { amount } = settings.smoothing;
  return (
    <div className="jp-trackbook-controls">
      {lines ? (
        <>
          <select
            ref={props.xRef}
            className="jp-trackbook-choice jp-trackbook-x-axis"
            aria-label={trans.__('X axis')}
            title={settings.xMetric ?? undefined}
            value={settings.xAxis}
            onChange={event => {
              const chosen = X_AXES.find(axis => axis === event.target.value);
              if (chosen !== undefined) {
                onSettings({ ...settings, xAxis: chosen, xMetric: null });
              } else if (event.target.value === ANOTHER) {
                props.onChooseX?.();
              }
            }}
          >
            {X_AXES.map(axis => (
              <option key={axis} value={axis}>
                {names[axis]}
              </option>
            ))}
            {settings.xMetric === null ? null : (
              <option value="metric">{settings.xMetric}</option>
            )}
            {props.onChooseX === null ? null : (
              <option value={ANOTHER}>{trans.__('another metric…')}</option>
            )}
          </select>
          <label className="jp-trackbook-smoothing">
            {trans.__('smoothing')}
            <input
              type="range"
              min="0"
              max="0.99"
              step="0.01"
              value={amount}
              aria-valuetext={
                amount === 0 ? trans.__('none') : amount.toFixed(2)
              }
              onChange={event =>
                onSettings({
                  ...settings,
                  smoothing: {
                    ...settings.smoothing,
                    amount: Number(event.target.value)
                  }
                })
              }
            />
            <output>{amount === 0 ? '' : amount.toFixed(2)}</output>
          </label>
        </>
      ) : null}
      {settings.asTable ? null : (
        <button
          className="jp-trackbook-toggle"
          aria-pressed={settings.logY}
          title={trans.__('Logarithmic values')}
          onClick={() => onSettings({ ...settings, logY: !settings.logY })}
        >
          {trans.__('log')}
        </button>
      )}
      <button
        className="jp-trackbook-toggle"
        aria-pressed={settings.asTable}
        onClick={() => onSettings({ ...settings, asTable: !settings.asTable })}
      >
        {trans.__('Show as table')}
      </button>
      <button
        className="jp-trackbook-toggle"
        aria-expanded={open}
        onClick={() => onOpen(!open)}
      >
        {trans.__('More')}
      </button>
    </div>
  );
}
