/**
 * The notebook's revisions of a run: to open as a copy, or to read here.
 */
import type { Run, RevisionInfo } from '../contract';
import { formatAge, formatMoment } from '../format';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { Card, Disclosure } from '../views/parts';
import { useLocale } from '../widgets';
import { RevisionSource } from './revision-source';

export function RunRevisions({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  return (
    <Card title={trans.__('Notebook')} className="jp-trackbook-later">
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
        </ul>
      )}
    </Card>
  );
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
            <strong>{name}</strong>
            <span title={formatMoment(revision.captured_at, locale)}>
              {momentWord()} ·{' '}
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
  );

  function momentWord(): string {
    switch (revision.moment) {
      case 'scheduled':
        return trans.__('as sent to run');
      case 'ended':
        return trans.__('with its outputs');
      case 'file':
        return trans.__('the file');
      case 'kept':
        return trans.__('kept by hand');
      case 'executed':
        return trans.__('rebuilt from what ran');
    }
  }
}
