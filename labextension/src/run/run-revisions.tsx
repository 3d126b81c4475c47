/**
 * The notebook's revisions of a run: to open as a copy, or to read here.
 */
import type { Run, RevisionInfo } from '../contract';
import { formatAge, formatMoment } from '../format';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import type { ViewServices } from '../views/context';
import { Card, Disclosure } from '../views/parts';
import { useLocale } from '../widgets';
import { momentWord } from './moment-word';
import { RevisionSource } from './revision-source';

export function RunRevisions({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  return (
    <Card
      title={trans.__('Notebook')}
      className="jp-trackbook-later"
      aside={<CompareButtons run={run} />}
    >
      {run.revisions.length === 0 ? (
        <p className="jp-trackbook-hint">
          {trans.__('No revision of the notebook was kept for this run.')}
        </p>
      ) : (
        <ul className="jp-trackbook-revision-list">
          {onePerNumber(run.revisions).map((revision, index) => (
            <li key={revision.revision_id}>
              <RevisionRow revision={revision} run={run} isOwn={index === 0} />
            </li>
          ))}
          <AsExecuted run={run} />
        </ul>
      )}
    </Card>
  );
}

/** The notebook told from what ran, beside the document as it was saved. */
function AsExecuted({ run }: { readonly run: Run }): JSX.Element | null {
  const { commands, trans } = useServices();
  const { run_id: runId, revisions } = run;
  if (revisions[0]?.moment === 'executed') {
    return null;
  }
  const count = run.cell_executions.length;
  return (
    <li>
      <div className="jp-trackbook-revision">
        <Disclosure
          label={
            <span className="jp-trackbook-revision-label">
              <strong>{trans.__('As executed')}</strong>
              <span>
                {trans._n(
                  'the code in its order · one execution',
                  'the code in its order · %1 executions',
                  count,
                  count
                )}
              </span>
            </span>
          }
        >
          {() => <RevisionSource runId={runId} revisionId="executed" />}
        </Disclosure>
        <div className="jp-trackbook-revision-actions">
          <button
            className="jp-trackbook-button jp-trackbook-small"
            aria-label={trans.__('Compare as saved with as executed')}
            onClick={() =>
              void commands.execute(CommandIDs.differences, {
                before: runId,
                after: `${runId}:executed`
              })
            }
          >
            {trans.__('Compare with as saved')}
          </button>
          <button
            className="jp-trackbook-button jp-trackbook-small"
            aria-label={trans.__('Open as executed as copy')}
            onClick={() =>
              void commands.execute(CommandIDs.openCopy, {
                runId,
                revisionId: 'executed'
              })
            }
          >
            {trans.__('Open as copy')}
          </button>
        </div>
      </div>
    </li>
  );
}

/** What a run's notebook is most often compared with. */
function CompareButtons({ run }: { readonly run: Run }): JSX.Element | null {
  const { commands, trans } = useServices();
  const { run_id: runId, previous_run_id: previous, notebook_path } = run;
  if (run.revisions.length === 0) {
    return null;
  }
  return (
    <>
      {previous === null ? null : (
        <button
          className="jp-trackbook-button jp-trackbook-small"
          title={trans.__(
            'What differs from the notebook of %1',
            run.previous_name ?? ''
          )}
          onClick={() =>
            void commands.execute(CommandIDs.differences, {
              before: previous,
              after: runId
            })
          }
        >
          {trans.__('Compare notebook with previous')}
        </button>
      )}
      {notebook_path === null ? null : (
        <button
          className="jp-trackbook-button jp-trackbook-small"
          title={trans.__('What differs in the notebook as it is open now')}
          onClick={() => void compareWithOpen(commands, runId, notebook_path)}
        >
          {trans.__('Compare notebook with open one')}
        </button>
      )}
    </>
  );
}

/** Opens the run's notebook where it is not open, and compares with it as it stands. */
async function compareWithOpen(
  commands: ViewServices['commands'],
  ref: string,
  path: string
): Promise<void> {
  await commands.execute('docmanager:open', { path });
  await commands.execute(CommandIDs.compareOpen, { ref, path });
}

/** The first of each number: the others are the same code with fewer outputs. */
export function onePerNumber(
  revisions: readonly RevisionInfo[]
): readonly RevisionInfo[] {
  const seen = new Set<number>();
  return revisions.filter(
    ({ number }) => !seen.has(number) && seen.add(number) !== undefined
  );
}

function RevisionRow(props: {
  readonly revision: RevisionInfo;
  readonly run: Run;
  /** Whether this is what restoring the run gives. */
  readonly isOwn: boolean;
}): JSX.Element {
  const { revision, run, isOwn } = props;
  const { clock, commands, trans } = useServices();
  const locale = useLocale();
  const name = trans.__('r%1', revision.number);
  return (
    <div className="jp-trackbook-revision">
      <Disclosure
        label={
          <span className="jp-trackbook-revision-label">
            <strong>
              {revision.moment === 'executed'
                ? trans.__('As executed')
                : isOwn
                  ? trans.__('As saved %1', name)
                  : name}
            </strong>
            <span title={formatMoment(revision.captured_at, locale)}>
              {momentWord(revision.moment, trans)} ·{' '}
              {formatAge(revision.captured_at, clock(), trans, locale)} ·{' '}
              {trans._n(
                'one cell',
                '%1 cells',
                revision.cell_count,
                revision.cell_count
              )}
              {isOwn ? ` · ${trans.__('gave the result')}` : ''}
            </span>
          </span>
        }
      >
        {() => (
          <RevisionSource
            runId={run.run_id}
            revisionId={revision.revision_id}
          />
        )}
      </Disclosure>
      {revision.redacted_count > 0 ? (
        <p className="jp-trackbook-hint">
          {trans._n(
            'One value that looked like a secret was replaced in it.',
            '%1 values that looked like secrets were replaced in it.',
            revision.redacted_count,
            revision.redacted_count
          )}
        </p>
      ) : null}
      {(revision.edited_count ?? 0) > 0 ? (
        <p className="jp-trackbook-hint">
          {trans._n(
            'One cell was edited, added or removed while it ran: here are the cells as they were executed.',
            '%1 cells were edited, added or removed while it ran: here are the cells as they were executed.',
            revision.edited_count ?? 0,
            revision.edited_count ?? 0
          )}
        </p>
      ) : null}
      <div className="jp-trackbook-revision-actions">
        {run.notebook_path === null ? null : (
          <button
            className="jp-trackbook-button jp-trackbook-small"
            aria-label={trans.__('Compare %1 with another revision', name)}
            onClick={() =>
              void commands.execute(CommandIDs.compareRevision, {
                ref:
                  revision.moment === 'executed'
                    ? `${run.run_id}:executed`
                    : revision.revision_id,
                path: run.notebook_path
              })
            }
          >
            {trans.__('Compare…')}
          </button>
        )}
        <button
          className="jp-trackbook-button jp-trackbook-small"
          aria-label={trans.__('Open %1 as copy', name)}
          onClick={() =>
            void commands.execute(CommandIDs.openCopy, {
              runId: run.run_id,
              revisionId: revision.revision_id
            })
          }
        >
          {trans.__('Open as copy')}
        </button>
        <button
          className="jp-trackbook-button jp-trackbook-small"
          aria-label={trans.__('Restore %1…', name)}
          onClick={() =>
            void commands.execute(CommandIDs.restore, {
              runId: run.run_id,
              revisionId: revision.revision_id
            })
          }
        >
          {trans.__('Restore…')}
        </button>
      </div>
    </div>
  );
}
