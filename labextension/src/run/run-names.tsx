/**
 * What a person said of names in this notebook's runs, and the ways to say it.
 */
import { useEffect, useRef } from 'react';

import type { Run } from '../contract';
import { useServices } from '../views/context';
import { Card } from '../views/parts';

export type NameRule = Run['names'][string];

/** Says of a name what it is; null takes it back. */
export type OnRule = (name: string, rule: NameRule | null) => void;

/** A row's action; it shows with the row, and is there for the keyboard always. */
export function RuleButton(props: {
  readonly name: string;
  readonly rule: NameRule;
  readonly onRule: OnRule;
}): JSX.Element {
  const { name, rule, onRule } = props;
  const { trans } = useServices();
  const [text, label, hint] =
    rule === 'ignore'
      ? [
          trans.__('ignore'),
          trans.__('Ignore this name: %1', name),
          trans.__(
            'Ignore this name: %1 is neither param nor result in the runs of this experiment',
            name
          )
        ]
      : [
          trans.__('make it a result'),
          trans.__('Make it a result: %1', name),
          trans.__(
            'Make it a result: %1 counts as a score in the runs of this experiment',
            name
          )
        ];
  return (
    <button
      className="jp-trackbook-row-action"
      aria-label={label}
      title={hint}
      onClick={() => onRule(name, rule)}
    >
      {text}
    </button>
  );
}

/** The rules that hold, each with the way back. */
export function RunNames(props: {
  readonly run: Run;
  readonly onRule: OnRule;
  /** The name that a rule was just made for: its row takes over the focus. */
  readonly latest: string | null;
}): JSX.Element | null {
  const { run, onRule, latest } = props;
  const { trans } = useServices();
  const names = Object.keys(run.names).sort((a, b) => a.localeCompare(b));
  if (names.length === 0) {
    return null;
  }
  return (
    <Card
      title={trans.__('Names')}
      className="jp-trackbook-later"
      aside={trans.__('in all runs of %1', run.experiment)}
    >
      <table className="jp-trackbook-table" aria-label={trans.__('Names')}>
        <tbody>
          {names.map(name => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              <td className="jp-trackbook-was">
                {run.names[name] === 'promote'
                  ? trans.__('made a result')
                  : trans.__('ignored')}
              </td>
              <td className="jp-trackbook-row-end">
                <TakeBack
                  name={name}
                  isLatest={name === latest}
                  onRule={onRule}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function TakeBack(props: {
  readonly name: string;
  readonly isLatest: boolean;
  readonly onRule: OnRule;
}): JSX.Element {
  const { name, isLatest, onRule } = props;
  const { trans } = useServices();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isLatest) {
      // The row that had the focus has gone.
      button.current?.focus({ preventScroll: true });
    }
  }, [isLatest]);
  return (
    <button
      ref={button}
      className="jp-trackbook-link"
      aria-label={trans.__('Take back: %1', name)}
      onClick={() => onRule(name, null)}
    >
      {trans.__('take back')}
    </button>
  );
}
