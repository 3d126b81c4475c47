/**
 * A run's notebook to be looked at beside the open one: nothing of it is executed,
 * nothing trusted; its cells can be taken one by one.
 */
import { useState } from 'react';

import type { CellOutput } from '../contract';
import { OneOutput } from '../run/cell-outputs';
import { isRecord, readOutput } from '../run/notebook-cells';
import { useServices } from '../views/context';
import { Rendered } from '../views/rendered';
import { ResourcePage } from '../views/resource-page';
import { Source } from '../views/source';
import { useResource } from '../views/use-resource';
import { idOf, readDocument } from './document';
import type { JsonObject, RestoredCell } from './document';

/** So many cells are drawn at a time. */
const PAGE = 100;

export type LookProps = {
  readonly runId: string;
  /** A revision's id, `latest` or `executed`. */
  readonly which: string;
  readonly title: string;
  /** Takes one cell, by its place from 0; null: there is nothing to take it into. */
  readonly onTake: ((index: number) => void) | null;
  /** Opens the dialog with the four ways. */
  readonly onRestore: () => void;
};

export function LookPage(props: LookProps): JSX.Element {
  const { runId, which, title, onTake, onRestore } = props;
  const { api, trans } = useServices();
  // A revision never changes: no run's change is a reason to read it again.
  const { state, reload } = useResource(`${runId} ${which}`, [], () =>
    api.revision(runId, which)
  );
  const [shown, setShown] = useState(PAGE);
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Loading the notebook…')}
      gone={{
        title: trans.__('This notebook is not there'),
        text: trans.__('Its run was deleted, or recorded in another home.')
      }}
      className="jp-trackbook-look"
    >
      {body}
    </ResourcePage>
  );

  function body(notebook: unknown): JSX.Element {
    const document = readDocument(notebook);
    if (document === null) {
      return (
        <p className="jp-trackbook-hint">
          {trans.__('This revision is not a notebook that can be shown.')}
        </p>
      );
    }
    const { cells } = document;
    return (
      <>
        <header className="jp-trackbook-page-header">
          <h1>{title}</h1>
          <button className="jp-trackbook-button" onClick={onRestore}>
            {trans.__('Restore…')}
          </button>
        </header>
        <p className="jp-trackbook-hint">
          {trans.__(
            'Read-only: nothing here is executed or trusted, and no file is written.'
          )}
        </p>
        {cells.length === 0 ? (
          <p className="jp-trackbook-hint">{trans.__('It has no cells.')}</p>
        ) : null}
        <ol className="jp-trackbook-look-cells">
          {cells.slice(0, shown).map((cell, index) => (
            <li key={idOf(cell) ?? index}>
              <LookCell
                runId={runId}
                cell={cell}
                place={index + 1}
                onTake={onTake === null ? null : () => onTake(index)}
              />
            </li>
          ))}
        </ol>
        {cells.length > shown ? (
          <button
            className="jp-trackbook-button"
            onClick={() => setShown(count => count + PAGE)}
          >
            {trans.__(
              'Show %1 more of %2 cells',
              Math.min(PAGE, cells.length - shown),
              cells.length
            )}
          </button>
        ) : null}
      </>
    );
  }
}

function LookCell(props: {
  readonly runId: string;
  readonly cell: RestoredCell;
  readonly place: number;
  readonly onTake: (() => void) | null;
}): JSX.Element {
  const { runId, cell, place, onTake } = props;
  const { trans } = useServices();
  const name = trans.__('Cell %1', place);
  const count = cell['execution_count'];
  return (
    <section
      className="jp-trackbook-look-cell"
      data-type={cell.cell_type}
      aria-label={name}
    >
      <span className="jp-trackbook-look-count" aria-hidden="true">
        {cell.cell_type === 'code'
          ? `[${typeof count === 'number' ? count : ' '}]`
          : ''}
      </span>
      <div className="jp-trackbook-look-body">
        {cell.cell_type === 'markdown' ? (
          <Rendered
            mimeType="text/markdown"
            data={withAttachments(cell)}
            fallback={<Source code={cell.source} label={name} />}
          />
        ) : (
          <Source code={cell.source} label={name} />
        )}
        {outputsOf(cell).map(output => (
          <OneOutput
            key={output.index}
            runId={runId}
            output={output}
            name={trans.__('%1, output %2', name, output.index + 1)}
          />
        ))}
      </div>
      {onTake === null ? null : (
        <button
          className="jp-trackbook-button jp-trackbook-small jp-trackbook-look-take"
          aria-label={trans.__('Take cell %1', place)}
          title={trans.__('Put this cell into the open notebook, in its place')}
          onClick={onTake}
        >
          {trans.__('Take')}
        </button>
      )}
    </section>
  );
}

/** A cell's outputs in the form in which runs' outputs are told. */
function outputsOf(cell: JsonObject): readonly CellOutput[] {
  const outputs = Array.isArray(cell['outputs']) ? cell['outputs'] : [];
  return outputs.flatMap((value: unknown, index) => {
    const output = readOutput(value);
    return output === null ? [] : [{ ...output, index }];
  });
}

/** The text of a markdown cell, its pictures in it. */
function withAttachments(cell: RestoredCell): string {
  const { attachments } = cell;
  if (!isRecord(attachments)) {
    return cell.source;
  }
  let text = cell.source;
  for (const [name, bundle] of Object.entries(attachments)) {
    const picture = isRecord(bundle)
      ? Object.entries(bundle).find(([type]) =>
          /^image\/(png|jpeg|gif|webp)$/.test(type)
        )
      : undefined;
    if (picture !== undefined && typeof picture[1] === 'string') {
      const [type, data] = picture;
      const address = `data:${type};base64,${String(data).replace(/\s/g, '')}`;
      text = text.split(`attachment:${name}`).join(address);
    }
  }
  return text;
}
