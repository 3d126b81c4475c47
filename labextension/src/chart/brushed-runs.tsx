/**
 * How many runs come through the brushes, and what can be done with them.
 */
import type { ChartedRun } from '../contract';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { filterOf, LONGEST_FILTER } from './brush-filter';
import type { BrushedAxis } from './brush-filter';

type Props = {
  readonly all: readonly ChartedRun[];
  readonly through: readonly ChartedRun[];
  readonly axes: readonly BrushedAxis[];
  /** Switches all others off. */
  readonly onKeep: (runIds: readonly string[]) => void;
  readonly onClear: () => void;
};

export function BrushedRuns(props: Props): JSX.Element {
  const { all, through, axes } = props;
  const { commands, store, trans } = useServices();
  const filter = filterOf(all, axes);
  return (
    <div className="jp-trackbook-chart-options">
      <span role="status">
        {trans.__('%1 of %2 runs', through.length, all.length)}
      </span>
      <button
        className="jp-trackbook-link"
        title={filter}
        disabled={filter === '' || filter.length > LONGEST_FILTER}
        onClick={() => {
          void commands.execute(CommandIDs.showPanel);
          void store.actions.search(filter);
        }}
      >
        {trans.__('Show these in the list')}
      </button>
      <button
        className="jp-trackbook-link"
        disabled={through.length === 0}
        title={trans.__('Switch all others off, in every panel')}
        onClick={() => props.onKeep(through.map(run => run.run_id))}
      >
        {trans.__('Keep only these')}
      </button>
      <button className="jp-trackbook-link" onClick={props.onClear}>
        {trans.__('Clear the brushes')}
      </button>
    </div>
  );
}
