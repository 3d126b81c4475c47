/**
 * One execution: what ran, what came of it, how long; source, outputs and error inside.
 */
import { memo, useEffect, useRef } from 'react';

import { runStyle } from '../colors';
import type { CellExecution, ExecutionOutputs, Run } from '../contract';
import { formatDuration, formatMoment } from '../format';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { LongText } from '../views/long-text';
import { Disclosure } from '../views/parts';
import { Source } from '../views/source';
import { useLocale } from '../widgets';
import { CellError } from './cell-error';
import { CellOutputs } from './cell-outputs';
import { titleOfSource } from './derive';
import type { CellBar } from './derive';
import { describeOutputs } from './output-kinds';
import { executionWord } from './status';
import type { Outputs } from './use-outputs';

type Props = {
  readonly bar: CellBar;
  readonly run: Run;
  /** Whether this execution gave the main metric. */
  readonly isMain: boolean;
  /** What is known of its outputs. */
  readonly held: ExecutionOutputs | null;
  /** While it is open, all outputs. */
  readonly outputs: Outputs | null;
  readonly open: boolean;
  readonly onToggle: (executionId: string, open: boolean) => void;
  /** Whether the page is to go here. */
  readonly isTarget: boolean;
  readonly onReached: (target: null) => void;
};

export const CellRow = memo(function CellRow(props: Props): JSX.Element {
  const { bar, run, outputs, open, onToggle, isTarget, onReached } = props;
  const { execution } = bar;
  const { trans } = useServices();
  const locale = useLocale();
  const item = useRef<HTMLLIElement>(null);
  const title = titleOfSource(execution.source);
  const hover = trans.__(
    'In [%1], %2',
    execution.execution_count ?? ' ',
    formatMoment(execution.started_at, locale)
  );
  useEffect(() => {
    if (isTarget) {
      const isStill = window.matchMedia('(prefers-reduced-motion: reduce)');
      item.current?.scrollIntoView({
        block: 'start',
        behavior: isStill.matches ? 'auto' : 'smooth'
      });
      item.current?.querySelector('button')?.focus({ preventScroll: true });
      onReached(null);
    }
  }, [isTarget, onReached]);
  return (
    <li ref={item}>
      <Disclosure
        className="jp-trackbook-cell"
        open={open}
        onToggle={next => onToggle(execution.execution_id, next)}
        label={<RowLine {...props} title={title} hover={hover} />}
      >
        {() => (
          <div className="jp-trackbook-cell-detail">
            <p className="jp-trackbook-hint">
              {execution.before_recording
                ? `${trans.__('Before recording, from the history.')} `
                : null}
              {hover} · <CellLink execution={execution} run={run} />
            </p>
            <CellSource run={run} execution={execution} title={title} />
            {outputs === null ? null : (
              <CellOutputs
                runId={run.run_id}
                execution={execution}
                title={title}
                outputs={outputs}
              />
            )}
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
    </li>
  );
});

function RowLine(
  props: Props & { readonly title: string; readonly hover: string }
): JSX.Element {
  const { bar, run, isMain, held, title, hover } = props;
  const { execution } = bar;
  const { trans } = useServices();
  const word = executionWord(execution, trans);
  const said =
    held !== null
      ? describeOutputs(held, trans)
      : execution.output_count === 0
        ? ''
        : trans._n(
            'one output',
            '%2 outputs',
            execution.output_count,
            execution.output_count.toLocaleString()
          );
  return (
    <span
      className="jp-trackbook-cell-row"
      data-status={execution.status}
      title={hover}
    >
      <code className="jp-trackbook-cell-name">{title}</code>
      <span className="jp-trackbook-cell-said" title={said}>
        {said}
      </span>
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
  );
}

/** The source as it ran; of a very long one the beginning at first. */
function CellSource(props: {
  readonly run: Run;
  readonly execution: CellExecution;
  readonly title: string;
}): JSX.Element {
  const { run, execution, title } = props;
  const { trans } = useServices();
  const { source, source_blob: blob } = execution;
  const label = trans.__('Source of %1', title);
  if (blob === null) {
    return <Source code={source} label={label} />;
  }
  return (
    <LongText
      runId={run.run_id}
      preview={source}
      blob={blob}
      fileName="cell.py"
    >
      {text => <Source code={text} label={label} />}
    </LongText>
  );
}
