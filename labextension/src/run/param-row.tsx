/**
 * One param: its value, what it was in the run before, and inside, its way through the
 * run and the whole of a long value.
 */
import { useId, useState } from 'react';

import type { ParamChange, Run, RunParam } from '../contract';
import { formatValue } from '../format';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { LongText } from '../views/long-text';
import { executionOf } from './derive';
import { RuleButton } from './run-names';
import type { OnRule } from './run-names';

/** What does not fit the row is worth opening it. */
const LONG = 32;

export function ParamRow(props: {
  readonly param: RunParam;
  readonly run: Run;
  readonly onRule: OnRule;
}): JSX.Element {
  const { param, run, onRule } = props;
  const { trans } = useServices();
  const [open, setOpen] = useState(false);
  const id = useId();
  const execution = executionOf(run, param.execution_id);
  const text = formatValue(param.value);
  const changes = run.param_changes[param.key] ?? [];
  const opens = changes.length > 1 || param.blob !== null || text.length > LONG;
  const hover = `${param.key} · ${param.origin}`;
  return (
    <>
      <tr className={param.changed ? 'jp-mod-changed' : undefined}>
        <th scope="row" title={hover}>
          {opens ? (
            <button
              className="jp-trackbook-disclosure"
              aria-expanded={open}
              aria-controls={open ? id : undefined}
              onClick={() => setOpen(!open)}
            >
              <span className="jp-trackbook-arrow" aria-hidden="true" />
              <span className="jp-trackbook-key">{param.key}</span>
            </button>
          ) : (
            param.key
          )}
        </th>
        <td className="jp-trackbook-number" title={text}>
          {text}
        </td>
        <td className="jp-trackbook-was">
          <span className="jp-trackbook-row-end">
            {param.changed ? (
              <span className="jp-trackbook-was-value">
                {param.is_new
                  ? trans.__('new')
                  : trans.__('was %1', formatValue(param.previous))}
              </span>
            ) : null}
            {changes.length > 1 ? (
              <span>{trans.__('%1 values', changes.length)}</span>
            ) : null}
            {execution === null ? null : (
              <CellLink execution={execution} run={run} isCompact />
            )}
            <RuleButton name={param.key} rule="ignore" onRule={onRule} />
          </span>
        </td>
      </tr>
      {open ? (
        <tr id={id} className="jp-trackbook-param-detail">
          <td colSpan={3}>
            {param.blob === null ? (
              text.length > LONG ? (
                <WholeValue text={text} />
              ) : null
            ) : (
              <LongText
                runId={run.run_id}
                preview={text}
                blob={param.blob}
                fileName={`${param.key}.json`}
              >
                {whole => <WholeValue text={whole} />}
              </LongText>
            )}
            {changes.length > 1 ? (
              <ParamHistory run={run} name={param.key} changes={changes} />
            ) : null}
          </td>
        </tr>
      ) : null}
    </>
  );
}

function WholeValue({ text }: { readonly text: string }): JSX.Element {
  const { trans } = useServices();
  return (
    <pre
      className="jp-trackbook-plain"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Value')}
    >
      {text}
    </pre>
  );
}

function ParamHistory(props: {
  readonly run: Run;
  readonly name: string;
  readonly changes: readonly ParamChange[];
}): JSX.Element {
  const { run, name, changes } = props;
  const { trans } = useServices();
  return (
    <ol
      className="jp-trackbook-param-history"
      aria-label={trans.__('Values of %1 in their order', name)}
    >
      {changes.map((change, index) => {
        const execution = executionOf(run, change.execution_id);
        return (
          <li key={index}>
            <code>
              {change.removed ? trans.__('not set') : formatValue(change.value)}
            </code>
            {execution === null ? null : (
              <CellLink execution={execution} run={run} />
            )}
          </li>
        );
      })}
    </ol>
  );
}
