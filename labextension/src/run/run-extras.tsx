/**
 * What a run's page shows only where there is some: other numbers, and what recording
 * itself has to say.
 */
import type { Run } from '../contract';
import { formatNumber } from '../format';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { Disclosure } from '../views/parts';
import { executionOf } from './derive';
import { RuleButton } from './run-names';
import type { OnRule } from './run-names';

/** Numbers that cells bound and that are no results. */
export function RunValues(props: {
  readonly run: Run;
  readonly onRule: OnRule;
}): JSX.Element | null {
  const { run, onRule } = props;
  const { trans } = useServices();
  const { values } = run;
  if (values.length === 0) {
    return null;
  }
  return (
    <section
      className="jp-trackbook-card jp-trackbook-later"
      aria-label={trans.__('Other numbers')}
    >
      <Disclosure
        label={
          <>
            {trans.__('Other numbers')}{' '}
            <span className="jp-trackbook-hint">
              {trans.__('%1 that cells bound, not results', values.length)}
            </span>
          </>
        }
      >
        {() => (
          <div className="jp-trackbook-scroll">
            <table
              className="jp-trackbook-table"
              aria-label={trans.__('Other numbers')}
            >
              <tbody>
                {values.map(value => {
                  const execution = executionOf(run, value.execution_id);
                  return (
                    <tr key={value.key}>
                      <th scope="row">{value.key}</th>
                      <td className="jp-trackbook-number">
                        {formatNumber(value.last)}
                      </td>
                      <td className="jp-trackbook-was">
                        <span className="jp-trackbook-row-end">
                          {execution === null ? null : (
                            <CellLink
                              execution={execution}
                              run={run}
                              isCompact
                            />
                          )}
                          <RuleButton
                            name={value.key}
                            rule="promote"
                            onRule={onRule}
                          />
                          <RuleButton
                            name={value.key}
                            rule="ignore"
                            onRule={onRule}
                          />
                        </span>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Disclosure>
    </section>
  );
}

/** What was replaced, and what could not be recorded. */
export function RunRemarks({ run }: { readonly run: Run }): JSX.Element | null {
  const { trans } = useServices();
  const { redacted_count: redacted, capture_failures: failures } = run;
  if (redacted === 0 && failures.length === 0) {
    return null;
  }
  return (
    <section
      className="jp-trackbook-remarks"
      aria-label={trans.__('About the recording')}
    >
      {redacted > 0 ? (
        <p className="jp-trackbook-page-notice">
          {trans._n(
            'One value that looked like a secret was replaced before it was written.',
            '%2 values that looked like secrets were replaced before they were written.',
            redacted,
            redacted.toLocaleString()
          )}
        </p>
      ) : null}
      {failures.length > 0 ? (
        <div className="jp-trackbook-page-notice jp-mod-warning">
          <Disclosure
            label={trans._n(
              'One part of the recording failed; the run itself was not affected.',
              '%1 parts of the recording failed; the run itself was not affected.',
              failures.length,
              failures.length
            )}
          >
            {() => (
              <ul>
                {failures.map((failure, index) => (
                  <li key={index}>
                    <code>{failure}</code>
                  </li>
                ))}
              </ul>
            )}
          </Disclosure>
        </div>
      ) : null}
    </section>
  );
}
