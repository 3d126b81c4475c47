/**
 * The head of a run's page: name, star, status, tags, and what can be done with it.
 */
import type { Run, RunEdit } from '../contract';
import { formatDuration, formatMoment } from '../format';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { RunDot, useNow } from '../views/parts';
import { useLocale } from '../widgets';
import { EditableName } from './editable-name';
import { RunTags } from './run-tags';
import { statusWord } from './status';

type Props = {
  readonly run: Run;
  readonly onEdit: (edit: Partial<RunEdit>) => void;
};

export function RunHeader({ run, onEdit }: Props): JSX.Element {
  const { commands, pickNotebook, trans } = useServices();
  const { previous_run_id: previousId, previous_name: previousName } = run;
  const attach = async (): Promise<void> => {
    const path = (await pickNotebook?.()) ?? null;
    if (path !== null) {
      onEdit({ notebook_path: path });
    }
  };
  const unless =
    run.revisions.length === 0
      ? {
          disabled: true,
          title: trans.__('No revision of the notebook was kept for this run.')
        }
      : {};
  return (
    <header className="jp-trackbook-page-header">
      <div className="jp-trackbook-page-title">
        <RunDot number={run.number} />
        <EditableName name={run.name} onRename={name => onEdit({ name })} />
        <button
          className="jp-trackbook-run-star"
          aria-pressed={run.starred}
          aria-label={trans.__('Star')}
          title={
            run.starred
              ? trans.__('Remove the star')
              : trans.__('Star this run')
          }
          onClick={() => onEdit({ starred: !run.starred })}
        >
          <span aria-hidden="true">{run.starred ? '★' : '☆'}</span>
        </button>
        <StatusPill run={run} />
        {run.notebook_path === null ? (
          <span className="jp-trackbook-status-pill">
            {trans.__('untitled kernel session')}
          </span>
        ) : null}
        <RunTags tags={run.tags} onEdit={tags => onEdit({ tags })} />
      </div>
      <div className="jp-trackbook-actions">
        {run.notebook_path === null && pickNotebook !== null ? (
          <button
            className="jp-trackbook-button"
            title={trans.__(
              'Say which notebook this run belongs to; it is listed there then'
            )}
            onClick={() => void attach()}
          >
            {trans.__('Attach to a notebook…')}
          </button>
        ) : null}
        {previousId === null ? null : (
          <button
            className="jp-trackbook-button"
            title={previousName ?? undefined}
            onClick={() =>
              void commands.execute(CommandIDs.compare, {
                runIds: [previousId, run.run_id]
              })
            }
          >
            {trans.__('Compare with previous')}
          </button>
        )}
        <button
          className="jp-trackbook-button"
          {...unless}
          onClick={() =>
            void commands.execute(CommandIDs.openCopy, { runId: run.run_id })
          }
        >
          {trans.__('Open notebook as copy')}
        </button>
        <button
          className="jp-trackbook-button jp-mod-primary"
          {...unless}
          onClick={() =>
            void commands.execute(CommandIDs.restore, { runId: run.run_id })
          }
        >
          {trans.__('Restore notebook…')}
        </button>
      </div>
    </header>
  );
}

function StatusPill({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  const locale = useLocale();
  const now = useNow(run.status === 'running');
  const going = run.cell_executions.find(one => one.status === 'running');
  const elapsed =
    going === undefined ? 0 : Math.max(0, now - Date.parse(going.started_at));
  const finished = run.cell_executions
    .filter(one => one.status !== 'running')
    .reduce((sum, one) => sum + (one.duration_ms ?? 0), 0);
  const duration =
    run.status === 'running'
      ? Math.max(run.duration_ms, finished + elapsed)
      : run.duration_ms;
  const span =
    run.ended_at === null
      ? trans.__('Started %1', formatMoment(run.started_at, locale))
      : trans.__(
          'From %1 to %2',
          formatMoment(run.started_at, locale),
          formatMoment(run.ended_at, locale)
        );
  return (
    <span
      className="jp-trackbook-status-pill"
      data-status={run.status}
      title={span}
    >
      {statusWord(run.status, trans)} · {formatDuration(duration, trans)}
    </span>
  );
}
