/**
 * The choice of a param or a metric.
 */
import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { isSame } from './panel-settings';
import type { Quantity } from './panel-settings';

type Props = {
  readonly label: string;
  readonly subject: Pick<ChartSubject, 'params' | 'metrics'>;
  readonly value: Quantity | null;
  readonly onValue: (value: Quantity) => void;
  /** What stands there as long as nothing is chosen. */
  readonly placeholder?: string;
  /** Those that can't be chosen. */
  readonly taken?: readonly Quantity[];
};

/** Of more metrics a menu is of no use. */
const MOST = 200;

export function QuantitySelect(props: Props): JSX.Element {
  const { label, subject, value, onValue, taken = [] } = props;
  const { trans } = useServices();
  const all: readonly Quantity[] = [
    ...subject.params.map(key => ({ of: 'param', key }) as const),
    ...subject.metrics
      .slice(0, MOST)
      .map(({ key }) => ({ of: 'metric', key }) as const)
  ].filter(one => !taken.some(isSame(one)));
  const offered =
    value === null || all.some(isSame(value)) ? all : [value, ...all];
  const options = (of: Quantity['of']): JSX.Element[] =>
    offered
      .filter(one => one.of === of)
      .map(one => (
        <option key={one.key} value={nameOf(one)}>
          {one.key}
        </option>
      ));
  return (
    <select
      className="jp-trackbook-choice"
      aria-label={label}
      value={value === null ? '' : nameOf(value)}
      onChange={event => {
        const chosen = offered.find(one => nameOf(one) === event.target.value);
        if (chosen !== undefined) {
          onValue(chosen);
        }
      }}
    >
      {value === null ? (
        <option value="">{props.placeholder ?? trans.__('choose')}</option>
      ) : null}
      <optgroup label={trans.__('Params')}>{options('param')}</optgroup>
      <optgroup label={trans.__('Metrics')}>{options('metric')}</optgroup>
    </select>
  );
}

function nameOf({ of, key }: Quantity): string {
  return `${of} ${key}`;
}
