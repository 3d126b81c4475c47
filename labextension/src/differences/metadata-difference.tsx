/**
 * What is in a notebook besides sources and outputs, as JSON, on demand.
 */
import type { NotebookDifference } from '../contract';
import { isRecord } from '../run/notebook-cells';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { Disclosure } from '../views/parts';
import type { RowProps } from './cell-row';
import { prettyJson } from './derive';
import { SourceDiff } from './source-diff';
import { usePieces } from './use-piece';
import type { PieceName } from './use-piece';

const PARTS = ['metadata', 'attachments', 'type', 'other'] as const;

/** What differs of a cell besides source and outputs. */
export function CellMetadata(
  props: RowProps & { readonly title: string }
): JSX.Element | null {
  const { cell, before, after } = props;
  const { trans } = useServices();
  const { before: left, after: right } = cell;
  const parts = PARTS.filter(part => cell.differs.includes(part));
  if (parts.length === 0 || left === null || right === null) {
    return null;
  }
  if (left.damaged || right.damaged) {
    return null;
  }
  const words = {
    metadata: trans.__('metadata'),
    attachments: trans.__('attachments'),
    type: trans.__('type'),
    other: trans.__('other fields')
  };
  return (
    <Disclosure
      label={trans.__('Differs: %1', parts.map(part => words[part]).join(', '))}
    >
      {() => (
        <JsonDifference
          {...props}
          pieces={[
            { ref: before.ref, sha256: left.sha256 },
            { ref: after.ref, sha256: right.sha256 }
          ]}
          // The source is shown above already.
          take={cellBody => without(cellBody, 'source')}
        />
      )}
    </Disclosure>
  );
}

/** What differs outside the cells. */
export function FrameDifference(props: {
  readonly difference: NotebookDifference;
  readonly names: RowProps['names'];
  readonly mode: RowProps['mode'];
}): JSX.Element | null {
  const { difference } = props;
  const { before, after, frame } = difference;
  const { trans } = useServices();
  if (frame.length === 0) {
    return null;
  }
  return (
    <Disclosure
      className="jp-trackbook-frame-difference"
      label={trans.__(
        'The notebook’s own metadata differ: %1',
        frame.join(', ')
      )}
    >
      {() => (
        <JsonDifference
          {...props}
          pieces={[
            { ref: before.ref, sha256: before.frame_sha256 },
            { ref: after.ref, sha256: after.frame_sha256 }
          ]}
          take={value => value}
        />
      )}
    </Disclosure>
  );
}

function JsonDifference(props: {
  readonly pieces: readonly PieceName[];
  readonly take: (value: unknown) => unknown;
  readonly names: RowProps['names'];
  readonly mode: RowProps['mode'];
}): JSX.Element {
  const { pieces, take, names, mode } = props;
  const { trans } = useServices();
  const { state, reload } = usePieces(pieces);
  switch (state.kind) {
    case 'loading':
      return <p className="jp-trackbook-hint">{trans.__('Loading…')}</p>;
    case 'failed':
      return <FailureNotice failure={state.failure} onRetry={reload} />;
    case 'ready': {
      const [left, right] = state.value;
      return (
        <SourceDiff
          before={prettyJson(take(left))}
          after={prettyJson(take(right))}
          labels={names}
          mode={mode}
          language="json"
        />
      );
    }
  }
}

function without(value: unknown, key: string): unknown {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
    : value;
}
