/**
 * The quiet controls above a chart: x axis, logarithmic y, picture or table.
 */
import type { XAxis } from '../plot';
import { useServices } from '../views/context';

type Props = {
  /** Null where there is no x axis to choose. */
  readonly xAxis: XAxis | null;
  readonly onXAxis: (xAxis: XAxis) => void;
  readonly logY: boolean;
  readonly onLogY: (on: boolean) => void;
  readonly asTable: boolean;
  readonly onAsTable: (on: boolean) => void;
};

const X_AXES: readonly XAxis[] = ['step', 'relative', 'wall'];

export function ChartControls(props: Props): JSX.Element {
  const { trans } = useServices();
  const names: Record<XAxis, string> = {
    step: trans.__('step'),
    relative: trans.__('relative time'),
    wall: trans.__('wall time')
  };
  return (
    <div className="jp-trackbook-controls">
      {props.xAxis !== null && !props.asTable ? (
        <select
          className="jp-trackbook-choice"
          aria-label={trans.__('X axis')}
          value={props.xAxis}
          onChange={event => {
            const chosen = X_AXES.find(axis => axis === event.target.value);
            props.onXAxis(chosen ?? 'step');
          }}
        >
          {X_AXES.map(axis => (
            <option key={axis} value={axis}>
              {names[axis]}
            </option>
          ))}
        </select>
      ) : null}
      {props.asTable ? null : (
        <button
          className="jp-trackbook-toggle"
          aria-pressed={props.logY}
          title={trans.__('Logarithmic values')}
          onClick={() => props.onLogY(!props.logY)}
        >
          {trans.__('log')}
        </button>
      )}
      <button
        className="jp-trackbook-toggle"
        aria-pressed={props.asTable}
        onClick={() => props.onAsTable(!props.asTable)}
      >
        {trans.__('Show as table')}
      </button>
    </div>
  );
}
