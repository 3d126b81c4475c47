/**
 * Which axes parallel coordinates have, and what their lines' colours stand for.
 */
import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { MOST_AXES } from './panel-settings';
import type { Quantity } from './panel-settings';
import { QuantitySelect } from './quantity-select';

type Props = {
  readonly subject: ChartSubject;
  readonly axes: readonly Quantity[];
  readonly onAdd: (quantity: Quantity) => void;
  readonly colorBy: string | null;
  readonly onColorBy: (key: string | null) => void;
};

const MOST = 200;

export function ParallelControls(props: Props): JSX.Element {
  const { subject, axes, colorBy } = props;
  const { trans } = useServices();
  const metrics = subject.metrics.slice(0, MOST).map(({ key }) => key);
  const offered =
    colorBy === null || metrics.includes(colorBy)
      ? metrics
      : [colorBy, ...metrics];
  return (
    <>
      {axes.length < MOST_AXES ? (
        <QuantitySelect
          label={trans.__('Add an axis')}
          placeholder={trans.__('add an axis')}
          subject={subject}
          value={null}
          taken={axes}
          onValue={props.onAdd}
        />
      ) : null}
      <select
        className="jp-trackbook-choice"
        aria-label={trans.__('Colour of the lines')}
        value={colorBy === null ? '' : `metric ${colorBy}`}
        onChange={event =>
          props.onColorBy(
            offered.find(key => `metric ${key}` === event.target.value) ?? null
          )
        }
      >
        <option value="">{trans.__('colour of the run')}</option>
        {offered.map(key => (
          <option key={key} value={`metric ${key}`}>
            {trans.__('colour by %1', key)}
          </option>
        ))}
      </select>
    </>
  );
}
