/**
 * One value of one run in a comparison.
 */
import type { ComparedRun } from '../contract';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { VerdictBadge } from '../views/verdict-badge';
import { cut } from './cut';
import type { Shown } from './sections';

export function CompareCell(props: {
  readonly shown: Shown;
  readonly run: ComparedRun;
  readonly baselineId: string;
}): JSX.Element {
  const { shown, run, baselineId } = props;
  const { commands, trans } = useServices();
  const { text, change = null, isBest = false, verdict, hover } = shown;
  if (shown.leads === true) {
    return (
      <button
        className="jp-trackbook-link"
        title={trans.__('Compare the cells with those of %1', run.name)}
        onClick={() =>
          void commands.execute(CommandIDs.differences, {
            before: baselineId,
            after: run.run_id
          })
        }
      >
        {text}
      </button>
    );
  }
  return (
    <span
      className={`jp-trackbook-compare-value ${isBest ? 'jp-mod-best' : ''}`}
      title={cut(hover ?? text, 500)}
    >
      <span className="jp-trackbook-compare-text">{cut(text, 120)}</span>
      {verdict === undefined ? null : (
        <>
          {' '}
          <VerdictBadge verdict={verdict} />
        </>
      )}
      {isBest ? (
        <span className="jp-trackbook-hidden"> {trans.__('best')}</span>
      ) : null}
      {change === null ? null : (
        <span
          className={`jp-trackbook-compare-change jp-mod-${change.tone}`}
          title={trans.__('against the baseline')}
        >
          {' '}
          {change.text}
        </span>
      )}
    </span>
  );
}
