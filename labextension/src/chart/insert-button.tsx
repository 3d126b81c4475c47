/**
 * Puts the chart into the notebook that one works in, as a cell that is not run.
 */
import { useEffect, useState } from 'react';

import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';

export function InsertButton(props: {
  /** The cell's lines. */
  readonly source: () => string;
}): JSX.Element {
  const { commands, trans } = useServices();
  const isEnabled = (): boolean =>
    commands.hasCommand(CommandIDs.insertChart) &&
    commands.isEnabled(CommandIDs.insertChart);
  const [canInsert, setCanInsert] = useState(isEnabled);
  useEffect(() => {
    const look = (): void => setCanInsert(isEnabled());
    look();
    commands.commandChanged.connect(look);
    return () => {
      commands.commandChanged.disconnect(look);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [commands]);
  return (
    <>
      <button
        className="jp-trackbook-link"
        disabled={!canInsert}
        title={trans.__(
          'Add a cell that draws this chart below the active cell of the notebook; it is not run'
        )}
        onClick={() =>
          void commands.execute(CommandIDs.insertChart, {
            source: props.source()
          })
        }
      >
        {trans.__('Insert as a cell')}
      </button>
      {canInsert ? null : (
        <span className="jp-trackbook-faint">
          {trans.__('(no notebook is open)')}
        </span>
      )}
    </>
  );
}
