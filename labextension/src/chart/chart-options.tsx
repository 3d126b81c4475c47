/**
 * The settings of a chart that are needed now and then, and what it can be saved as.
 */
import { useServices } from '../views/context';
import type { ChartSettings } from './chart-settings';
import { GroupOptions } from './group-options';
import type { GroupSubject } from './grouping';
import { InsertButton } from './insert-button';
import { NumberField } from './number-field';

type Props = {
  readonly settings: ChartSettings;
  readonly onSettings: (settings: ChartSettings) => void;
  readonly hasLines: boolean;
  /** What groups can be made of; null: there is nothing to group. */
  readonly subject: GroupSubject | null;
  /** The half-life that the smoothing comes to, in words; null: nothing is smoothed. */
  readonly halfLife: string | null;
  readonly onPng: () => void;
  readonly onSvg: () => void;
  readonly onCsv: () => void;
  /** What draws the chart in a notebook. */
  readonly cell: () => string;
  /** Saves the lines of groups; null where there are none. */
  readonly onGroupsCsv: (() => void) | null;
};

export function ChartOptions(props: Props): JSX.Element {
  const { settings, onSettings, hasLines, halfLife } = props;
  const { trans } = useServices();
  const { smoothing } = settings;
  return (
    <div className="jp-trackbook-chart-options">
      {hasLines ? (
        <>
          {props.subject === null ? null : (
            <GroupOptions
              groups={settings.groups}
              onGroups={groups => onSettings({ ...settings, groups })}
              subject={props.subject}
            />
          )}
          <label>
            {trans.__('Smoothing by')}{' '}
            <select
              className="jp-trackbook-choice"
              value={smoothing.method}
              onChange={event =>
                onSettings({
                  ...settings,
                  smoothing: {
                    ...smoothing,
                    method: event.target.value === 'mean' ? 'mean' : 'ema'
                  }
                })
              }
            >
              <option value="ema">
                {trans.__('time-weighted moving average')}
              </option>
              <option value="mean">{trans.__('running mean')}</option>
            </select>
          </label>
          {halfLife === null ? null : (
            <span className="jp-trackbook-faint">{halfLife}</span>
          )}
          <label>
            <input
              type="checkbox"
              checked={settings.logX}
              onChange={event =>
                onSettings({ ...settings, logX: event.target.checked })
              }
            />
            {trans.__('Logarithmic x')}
          </label>
          <label>
            <input
              type="checkbox"
              checked={settings.ignoreOutliers}
              onChange={event =>
                onSettings({
                  ...settings,
                  ignoreOutliers: event.target.checked
                })
              }
            />
            {trans.__('Ignore outliers')}
          </label>
          <NumberField
            label={trans.__('Y from')}
            value={settings.yMin}
            onValue={yMin => onSettings({ ...settings, yMin })}
          />
          <NumberField
            label={trans.__('to')}
            name={trans.__('Y to')}
            value={settings.yMax}
            onValue={yMax => onSettings({ ...settings, yMax })}
          />
        </>
      ) : null}
      <span className="jp-trackbook-chart-saves">
        {trans.__('Save as')}
        <button className="jp-trackbook-link" onClick={props.onPng}>
          PNG
        </button>
        <button className="jp-trackbook-link" onClick={props.onSvg}>
          SVG
        </button>
        <button
          className="jp-trackbook-link"
          title={trans.__('Every point in the store, none left out')}
          onClick={props.onCsv}
        >
          CSV
        </button>
        {props.onGroupsCsv === null ? null : (
          <button
            className="jp-trackbook-link"
            title={trans.__('The lines and bands that are drawn')}
            onClick={props.onGroupsCsv}
          >
            {trans.__('CSV of the groups')}
          </button>
        )}
        <InsertButton source={props.cell} />
      </span>
    </div>
  );
}
