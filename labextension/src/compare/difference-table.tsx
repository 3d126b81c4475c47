/**
 * Keys down, runs across: what differs, or everything.
 */
import type { ComparedRun } from '../contract';
import { useServices } from '../views/context';
import { RunLink } from '../views/parts';
import { VerdictBadge } from '../views/verdict-badge';
import type { TableRow } from './derive';

type Props = {
  readonly label: string;
  readonly runs: readonly ComparedRun[];
  readonly baselineId: string;
  readonly rows: readonly TableRow[];
  /** What stands where no row is left to show. */
  readonly nothing: string;
};

export function DifferenceTable(props: Props): JSX.Element {
  const { label, runs, baselineId, rows, nothing } = props;
  const { trans } = useServices();
  if (rows.length === 0) {
    return <p className="jp-trackbook-hint">{nothing}</p>;
  }
  return (
    <div
      className="jp-trackbook-scroll"
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <table
        className="jp-trackbook-table jp-trackbook-differences"
        aria-label={label}
      >
        <thead>
          <tr>
            <td />
            {runs.map(run => (
              <th key={run.run_id} scope="col">
                <RunLink
                  runId={run.run_id}
                  number={run.number}
                  name={run.name}
                />
                {run.run_id === baselineId ? (
                  <span className="jp-trackbook-hidden">
                    {trans.__('(baseline)')}
                  </span>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr
              key={`${row.kind} ${row.key}`}
              className={
                row.differs && row.kind === 'param'
                  ? 'jp-mod-changed'
                  : undefined
              }
              data-kind={row.kind}
            >
              <th scope="row" title={row.key}>
                {row.key}
              </th>
              {row.texts.map((text, index) => (
                <td
                  key={runs[index]?.run_id}
                  className={`jp-trackbook-number ${row.best.has(index) ? 'jp-mod-best' : ''}`}
                  title={text}
                >
                  {text}
                  {row.verdicts?.[index] === undefined ? null : (
                    <>
                      {' '}
                      <VerdictBadge verdict={row.verdicts[index]} />
                    </>
                  )}
                  {row.best.has(index) ? (
                    <span className="jp-trackbook-hidden">
                      {' '}
                      {trans.__('best')}
                    </span>
                  ) : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
