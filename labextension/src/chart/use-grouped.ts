/**
 * How the runs of a chart are grouped, as it is set.
 */
import { useMemo } from 'react';

import type { Measures } from '../plot/groups';
import { useServices } from '../views/context';
import { groupsOf } from './grouping';
import type { GroupSettings, GroupSubject, RunGroup } from './grouping';

export type Grouped = {
  readonly groups: readonly RunGroup[];
  readonly measures: Measures;
  /** Those that are switched off. */
  readonly hidden: ReadonlySet<string>;
};

/** The groups that lines are of; the same as long as nothing about them changed. */
export function useGrouped(
  subject: GroupSubject | undefined,
  { by, middle, spread }: GroupSettings,
  hidden: ReadonlySet<string>
): Grouped | null {
  const { trans } = useServices();
  const groups = useMemo(
    () =>
      subject === undefined || by === null
        ? null
        : groupsOf(subject, by, trans),
    [subject, by, trans]
  );
  // The subject is read anew with every change of a run.
  const identity = JSON.stringify(groups);
  return useMemo(
    () =>
      groups === null ? null : { groups, measures: { middle, spread }, hidden },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `groups` is in `identity`
    [identity, middle, spread, hidden]
  );
}
