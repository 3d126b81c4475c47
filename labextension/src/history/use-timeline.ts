/**
 * Reads a notebook's runs and revisions page by page, and again when something changed.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

import { failureOf } from '../api';
import type { Failure } from '../api';
import type { NotebookRevision, RunRow } from '../contract';
import { useServices } from '../views/context';
import type { Loaded } from './timeline';
import { useReloading } from './use-reloading';

const PAGE = 100;

/** Where each list goes on; null: nowhere, undefined: it has not been read yet. */
type Cursors = {
  readonly runs: string | null | undefined;
  readonly revisions: string | null | undefined;
};

type Read = {
  readonly runs: readonly RunRow[];
  readonly revisions: readonly NotebookRevision[];
  readonly cursors: Cursors;
};

const NOTHING: Read = {
  runs: [],
  revisions: [],
  cursors: { runs: undefined, revisions: undefined }
};

export type TimelineState = {
  /** Null until something is there. */
  readonly loaded: Loaded | null;
  readonly failure: Failure | null;
  readonly isReading: boolean;
  readonly readMore: () => void;
  readonly reload: () => void;
};

export function useTimeline(path: string): TimelineState {
  const { api } = useServices();
  const [read, setRead] = useState<Read>(NOTHING);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isReading, setReading] = useState(false);
  const latest = useRef(read);
  latest.current = read;

  const load = useCallback(
    async (older: boolean): Promise<void> => {
      const { cursors } = latest.current;
      setReading(true);
      try {
        const runs =
          older && cursors.runs === null
            ? null
            : await api.listRuns({
                notebook_path: path,
                limit: PAGE,
                ...(older && cursors.runs ? { cursor: cursors.runs } : {})
              });
        const revisions =
          older && cursors.revisions === null
            ? null
            : await api.notebookRevisions(
                path,
                older ? (cursors.revisions ?? undefined) : undefined
              );
        setRead(before => ({
          runs: merge(before.runs, runs?.runs ?? [], runId, startedAt),
          revisions: merge(
            before.revisions,
            revisions?.revisions ?? [],
            revisionId,
            capturedAt
          ),
          cursors: {
            runs: goOn(before.cursors.runs, runs, older),
            revisions: goOn(before.cursors.revisions, revisions, older)
          }
        }));
        setFailure(null);
      } catch (thrown) {
        setFailure(failureOf(thrown));
      }
      setReading(false);
    },
    [api, path]
  );
  const reload = useCallback(() => void load(false), [load]);
  useEffect(reload, [reload]);
  useReloading(reload);
  const { runs, revisions, cursors } = read;
  return {
    loaded:
      cursors.runs === undefined || cursors.revisions === undefined
        ? null
        : {
            runs,
            revisions,
            moreRuns: cursors.runs !== null,
            moreRevisions: cursors.revisions !== null
          },
    failure,
    isReading,
    readMore: () => void load(true),
    reload
  };
}

/** A first page that is read again says nothing of the pages behind it. */
function goOn(
  before: string | null | undefined,
  page: { readonly next_cursor: string | null } | null,
  older: boolean
): string | null | undefined {
  return page === null || (!older && before !== undefined)
    ? before
    : page.next_cursor;
}

const runId = (run: RunRow): string => run.run_id;
const startedAt = (run: RunRow): string => run.started_at;
const revisionId = (revision: NotebookRevision): string => revision.revision_id;
const capturedAt = (revision: NotebookRevision): string => revision.captured_at;

/** The newer reading of each, the latest first. */
function merge<T extends RunRow | NotebookRevision>(
  known: readonly T[],
  read: readonly T[],
  idOf: (one: T) => string,
  at: (one: T) => string
): readonly T[] {
  const all = new Map(known.map(one => [idOf(one), one]));
  for (const one of read) {
    all.set(idOf(one), one);
  }
  return [...all.values()].sort((a, b) =>
    at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0
  );
}
