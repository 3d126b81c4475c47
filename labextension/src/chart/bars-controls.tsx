/**
 * What a panel of bars can be told.
 */
import { useServices } from '../views/context';
import { BAR_VALUES } from './panel-settings';
import type { BarSettings, BarValue } from './panel-settings';
import { barValue } from './quantities';
import type { Direction } from './quantities';
import { Toggle } from './toggle';

type Props = {
  readonly settings: BarSettings;
  readonly onSettings: (settings: BarSettings) => void;
};

export function BarsControls(
  props: Props & {
    /** The params that the bars can be grouped by. */
    readonly params: readonly string[];
    readonly direction: Direction;
  }
): JSX.Element {
  const { settings, onSettings, params, direction } = props;
  const { trans } = useServices();
  const names: Record<BarValue, string> = {
    last: trans.__('last value'),
    best: trans.__('best value'),
    min: trans.__('least value'),
    max: trans.__('greatest value')
  };
  const { groupBy } = settings;
  const offered =
    groupBy === null || params.includes(groupBy)
      ? params
      : [groupBy, ...params];
  return (
    <>
      <select
        className="jp-trackbook-choice"
        aria-label={trans.__('Value of a run')}
        value={barValue(settings, direction)}
        onChange={event => {
          const value = BAR_VALUES.find(one => one === event.target.value);
          onSettings({ ...settings, value: value ?? 'last' });
        }}
      >
        {BAR_VALUES.map(value => (
          // What is best, only a metric's direction says.
          <option
            key={value}
            value={value}
            disabled={value === 'best' && direction === null}
          >
            {names[value]}
          </option>
        ))}
      </select>
      <select
        className="jp-trackbook-choice"
        aria-label={trans.__('Group by')}
        value={groupBy === null ? '' : `param ${groupBy}`}
        onChange={event =>
          onSettings({
            ...settings,
            groupBy:
              offered.find(key => `param ${key}` === event.target.value) ?? null
          })
        }
      >
        <option value="">{trans.__('a bar a run')}</option>
        {offered.map(key => (
          <option key={key} value={`param ${key}`}>
            {trans.__('by %1', key)}
          </option>
        ))}
      </select>
      <Toggle
        label={trans.__('log')}
        title={trans.__('Logarithmic values')}
        value={settings.log}
        onValue={log => onSettings({ ...settings, log })}
      />
    </>
  );
}

export function BarsOptions({ settings, onSettings }: Props): JSX.Element {
  const { trans } = useServices();
  return (
    <>
      <label>
        {trans.__('Sorted by')}{' '}
        <select
          className="jp-trackbook-choice"
          value={settings.sort}
          onChange={event =>
            onSettings({
              ...settings,
              sort: event.target.value === 'run' ? 'run' : 'value'
            })
          }
        >
          <option value="value">{trans.__('value, the best first')}</option>
          <option value="run">
            {settings.groupBy === null
              ? trans.__('run')
              : trans.__('the values of %1', settings.groupBy)}
          </option>
        </select>
      </label>
      {settings.groupBy === null ? null : (
        <label>
          {trans.__('Spread')}{' '}
          <select
            className="jp-trackbook-choice"
            value={settings.spread}
            onChange={event =>
              onSettings({
                ...settings,
                spread:
                  event.target.value === 'deviation' ? 'deviation' : 'range'
              })
            }
          >
            <option value="range">{trans.__('least to greatest')}</option>
            <option value="deviation">
              {trans.__('one standard deviation')}
            </option>
          </select>
        </label>
      )}
    </>
  );
}
