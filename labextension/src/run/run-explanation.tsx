/**
 * Does the notebook explain it? The badge, its reasons with a way to their cells, and
 * faintly what was found in order and what nobody checked.
 */
import { Fragment } from 'react';

import type {
  Explanation,
  ExplanationCell,
  ExplanationReason,
  Run
} from '../contract';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { Card } from '../views/parts';
import { showCell } from '../views/show-cell';
import { useResource } from '../views/use-resource';
import { VerdictBadge, verdictSentence } from '../views/verdict-badge';

export function RunExplanation({ run }: { readonly run: Run }): JSX.Element {
  const { api, trans } = useServices();
  const { state, reload } = useResource(
    run.run_id,
    [run.run_id],
    () => api.explanation(run.run_id),
    read => read.change
  );
  return (
    <Card
      title={trans.__('Does the notebook explain it?')}
      className="jp-trackbook-explanation"
      aside={
        state.kind === 'ready' ? (
          <VerdictBadge verdict={state.value.verdict} />
        ) : undefined
      }
    >
      {state.kind === 'loading' ? (
        <p className="jp-trackbook-hint" role="status">
          {trans.__('Looking at the cells…')}
        </p>
      ) : state.kind === 'failed' ? (
        <FailureNotice failure={state.failure} onRetry={reload} />
      ) : (
        <Reasons explanation={state.value} run={run} />
      )}
    </Card>
  );
}

function Reasons(props: {
  readonly explanation: Explanation;
  readonly run: Run;
}): JSX.Element {
  const { explanation, run } = props;
  const { trans } = useServices();
  const { reasons, checked, not_checked: unchecked } = explanation;
  return (
    <>
      <p className="jp-trackbook-hidden">
        {verdictSentence(explanation.verdict, trans)}
      </p>
      <ul className="jp-trackbook-reasons">
        {reasons.map(reason => (
          <ReasonLine
            key={`${reason.kind} ${reason.sentence}`}
            reason={reason}
            cellCount={explanation.cell_count}
            run={run}
          />
        ))}
        {explanation.more_count > 0 ? (
          <li data-severity="note">
            <Mark severity="note" />
            <span>
              {trans._n(
                'one more reason',
                '%1 more reasons',
                explanation.more_count,
                explanation.more_count
              )}
            </span>
          </li>
        ) : null}
        {checked.map(said => (
          <li key={said} data-severity="checked">
            <Mark severity="checked" />
            <span>{said}</span>
          </li>
        ))}
        {unchecked.map(said => (
          <li key={said} data-severity="note">
            <Mark severity="note" />
            <span>{trans.__('%1: not checked', said)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ReasonLine(props: {
  readonly reason: ExplanationReason;
  readonly cellCount: number;
  readonly run: Run;
}): JSX.Element {
  const { reason, cellCount, run } = props;
  const { trans } = useServices();
  const placeOf = (cell: ExplanationCell): string =>
    trans.__('cell %1 of %2', cell.place ?? 0, cellCount);
  const placed = reason.cells.filter(
    cell => cell.cell_id !== null && cell.place !== null
  );
  return (
    <li data-severity={reason.severity}>
      <Mark severity={reason.severity} />
      <span>
        {reason.sentence.split('`').map((text, index) => {
          if (index % 2 === 0) {
            return <Fragment key={index}>{text}</Fragment>;
          }
          const cell = placed.find(one => one.title === text);
          return (
            <code key={index} title={cell && placeOf(cell)}>
              {text}
            </code>
          );
        })}
        {run.notebook_path === null
          ? null
          : placed.map(cell => (
              <ShowLink
                key={cell.cell_id}
                cell={cell}
                place={placeOf(cell)}
                isOnly={placed.length === 1}
                run={run}
              />
            ))}
      </span>
    </li>
  );
}

/** Leads to a cell that a reason is about; several are told apart by their place. */
function ShowLink(props: {
  readonly cell: ExplanationCell;
  readonly place: string;
  readonly isOnly: boolean;
  readonly run: Run;
}): JSX.Element {
  const { cell, place, isOnly, run } = props;
  const services = useServices();
  const { trans } = services;
  const name = trans.__('Show in the notebook: %1, %2', cell.title, place);
  return (
    <>
      {' '}
      <button
        className="jp-trackbook-link"
        title={name}
        aria-label={name}
        onClick={() =>
          void showCell(services, {
            runId: run.run_id,
            path: run.notebook_path ?? '',
            cellId: cell.cell_id ?? '',
            source: null
          })
        }
      >
        {isOnly ? trans.__('Show') : trans.__('Show %1', place)}
      </button>
    </>
  );
}

/** What a line is at a glance; those who don't see it hear it. */
function Mark(props: {
  readonly severity: ExplanationReason['severity'] | 'checked';
}): JSX.Element {
  const { trans } = useServices();
  const [sign, word] = {
    red: ['!', trans.__('Speaks against it:')],
    amber: ['!', trans.__('May speak against it:')],
    unknown: ['?', trans.__('Not known:')],
    note: ['–', ''],
    checked: ['✓', trans.__('In order:')]
  }[props.severity] as [string, string];
  return (
    <>
      <span className="jp-trackbook-reason-mark" aria-hidden="true">
        {sign}
      </span>
      {word === '' ? null : <span className="jp-trackbook-hidden">{word}</span>}
    </>
  );
}
