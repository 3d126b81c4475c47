/**
 * What a cell raised: its words, and the traceback on demand.
 */
import { useServices } from '../views/context';
import { Disclosure } from '../views/parts';
import { Rendered } from '../views/rendered';

/** A traceback's end says what went wrong; more of it than this helps nobody. */
const MAX_TRACEBACK = 100_000;

export function CellError(props: {
  readonly name: string;
  readonly message: string;
  readonly traceback: string | null;
}): JSX.Element {
  const { trans } = useServices();
  const { name, message, traceback } = props;
  return (
    <div className="jp-trackbook-cell-error">
      <p>
        <strong>{name}</strong>
        {message === '' ? null : `: ${message}`}
      </p>
      {traceback === null || traceback === '' ? null : (
        <Disclosure label={trans.__('Traceback')}>
          {() => (
            <div
              className="jp-trackbook-traceback"
              tabIndex={0}
              role="group"
              aria-label={trans.__('Traceback')}
            >
              {traceback.length > MAX_TRACEBACK ? (
                <p className="jp-trackbook-hint">
                  {trans.__(
                    'The last %1 of %2 characters.',
                    MAX_TRACEBACK.toLocaleString(),
                    traceback.length.toLocaleString()
                  )}
                </p>
              ) : null}
              <Rendered
                mimeType="text/plain"
                data={traceback.slice(-MAX_TRACEBACK)}
              />
            </div>
          )}
        </Disclosure>
      )}
    </div>
  );
}
