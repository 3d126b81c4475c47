/**
 * Which line is which group of runs, and how many they are; a click hides a line.
 */
import { columnFormat } from '../format';
import { useServices } from '../views/context';
import { LegendItem } from './chart-legend';
import { groupWords } from './group-words';
import type { DrawnGroup } from './use-lines';

type Props = {
  readonly groups: readonly DrawnGroup[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
};

export function GroupLegend({ groups, hidden, onToggle }: Props): JSX.Element {
  const { trans } = useServices();
  const format = columnFormat(groups.flatMap(({ last }) => last ?? []));
  return (
    <ul
      className="jp-trackbook-legend"
      aria-label={trans.__('Groups in the chart')}
    >
      {groups.map(({ group, drawn, last }) => (
        <LegendItem
          key={group.id}
          id={group.id}
          name={groupWords(group, drawn, trans)}
          style={group}
          value={drawn === 0 ? null : last === null ? '' : format(last)}
          shown={!hidden.has(group.id)}
          onToggle={onToggle}
        />
      ))}
    </ul>
  );
}
