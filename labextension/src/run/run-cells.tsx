/**
 * The cells as they ran: when, how long, how they ended; source and error on demand.
 */
import { useState } from 'react';

import { runStyle } from '../colors';
import type { Run } from '../contract';
import { formatDuration, formatMoment } from '../format';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { Card, Disclosure, useNow } from '../views/parts';
import { Rendered } from '../views/rendered';
import { Source } from '../views/source';
import { useLocale } from '../widgets';
import { cellBars, titleOfSource } from './derive';
import type { CellBar } from './derive';
import { executionWord } from './status';

const FIRST_SHOWN = 100;

export function RunCells({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  const [showAll, setShowAll] = useState(false);
  const executions = run.cell_executions;
  const now = useNow(executions.some(one => one.status === 'running'));
  const bars = cellBars(executions, now);
  const shown = showAll ? bars : bars.slice(0, FIRST_SHOWN);
  const hasWords = executions.some(one => executionWord(one, trans) !== '');
  const main = run.metric_list.find(({ key }) => key === run.main_metric?.key);
  return (
    <Card
      title={trans.__('Cells as they ran')}
      aside={trans._n(
        'one execution',
        '%1 executions',
        bars.length,
        bars.length
      )}
      className="jp-trackbook-cells"
    >
      {bars.length === 0 ? (
        <p className="jp-trackbook-hint">{trans.__('No cell has run yet.')}</p>
      ) : null}
      <ol className="jp-trackbook-cell-list" data-words={hasWords || undefined}>
        {shown.map(bar => (
          <li key={bar.execution.execution_id}>
            <CellRow
              bar={bar}
              run={run}
              isMain={bar.execution.execution_id === main?.execution_id}
            />
          </li>
        ))}
      </ol>
      {bars.length > shown.length ? (
        <button className="jp-trackbook-link" onClick={() => setShowAll(true)}>
          {trans.__('Show all %1 executions', bars.length)}
        </button>
      ) : null}
    </Card>
  );
}

function CellRow(props: {
  readonly bar: CellBar;
  readonly run: Run;
  /** Whether this execution gave the main metric. */
  readonly isMain: boolean;
}): JSX.Element {
  const { bar, run, isMain } = props;
  const { execution } = bar;
  const { trans } = useServices();
  const locale = useLocale();
  const title = titleOfSource(execution.source);
  const word = executionWord(execution, trans);
  const hover = trans.__(
    'In [%1], %2',
    execution.execution_count ?? ' ',
    formatMoment(execution.started_at, locale)
  );
  return (
    <Disclosure
      className="jp-trackbook-cell"
      label={
        <span
          className="jp-trackbook-cell-row"
          data-status={execution.status}
          title={hover}
        >
          <code className="jp-trackbook-cell-name">{title}</code>
          <span className="jp-trackbook-cell-track" aria-hidden="true">
            <span
              className="jp-trackbook-cell-bar"
              style={{
                insetInlineStart: `${bar.start * 100}%`,
                inlineSize: `${bar.length * 100}%`,
                backgroundColor: isMain ? runStyle(run.number).color : undefined
              }}
            />
          </span>
          {word === '' ? null : (
            <span className="jp-trackbook-cell-status">{word}</span>
          )}
          <span className="jp-trackbook-cell-duration">
            {execution.status !== 'running' && execution.duration_ms === null
              ? ''
              : formatDuration(bar.durationMs, trans)}
          </span>
        </span>
      }
    >
      {() => (
        <div className="jp-trackbook-cell-detail">
          <p className="jp-trackbook-hint">
            {execution.before_recording
              ? `${trans.__('Before recording, from the history.')} `
              : null}
            {hover} ·{' '}
            <CellLink execution={execution} notebookPath={run.notebook_path} />
          </p>
          <Source
            code={execution.source}
            label={trans.__('Source of %1', title)}
          />
          {execution.error_name === null ? null : (
            <CellError
              name={execution.error_name}
              message={execution.error_message ?? ''}
              traceback={execution.traceback}
            />
          )}
        </div>
      )}
    </Disclosure>
  );
}

/** A traceback's end says what went wrong; more of it than this helps nobody. */
const MAX_TRACEBACK = 100_000;

function CellError(props: {
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
                text={traceback.slice(-MAX_TRACEBACK)}
              />
            </div>
          )}
        </Disclosure>
      )}
    </div>
  );
}
