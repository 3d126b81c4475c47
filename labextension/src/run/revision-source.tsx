/**
 * A revision's cells, to be read only; nothing of it is executed or trusted.
 */
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { Rendered } from '../views/rendered';
import { Source } from '../views/source';
import { useResource } from '../views/use-resource';
import { readCells } from './notebook-cells';

type Props = {
  readonly runId: string;
  readonly revisionId: string;
};

export function RevisionSource({ runId, revisionId }: Props): JSX.Element {
  const { api, trans } = useServices();
  // A revision never changes: no run's change is a reason to read it again.
  const { state, reload } = useResource(`${runId} ${revisionId}`, [], () =>
    api.revision(runId, revisionId)
  );
  switch (state.kind) {
    case 'loading':
      return <p className="jp-trackbook-hint">{trans.__('Loading…')}</p>;
    case 'failed':
      return <FailureNotice failure={state.failure} onRetry={reload} />;
    case 'ready': {
      const cells = readCells(state.value);
      if (cells === null) {
        return (
          <p className="jp-trackbook-hint">
            {trans.__('This revision is not a notebook that can be shown.')}
          </p>
        );
      }
      return (
        <ol className="jp-trackbook-notebook">
          {cells.map((cell, index) => (
            <li key={cell.id ?? index}>
              {cell.type === 'markdown' ? (
                <Rendered mimeType="text/markdown" data={cell.source} />
              ) : (
                <Source
                  code={cell.source}
                  label={trans.__('Cell %1', index + 1)}
                />
              )}
            </li>
          ))}
        </ol>
      );
    }
  }
}
