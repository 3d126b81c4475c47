/**
 * What a picture does not show, said beneath it.
 */
import { omissions } from '../plot';
import type { Series } from '../plot';
import { useServices } from '../views/context';

type Props = {
  readonly series: readonly Series[];
  readonly hidden: ReadonlySet<string>;
  readonly logY: boolean;
};

export function ChartNotes({
  series,
  hidden,
  logY
}: Props): JSX.Element | null {
  const { trans } = useServices();
  const { notFinite, notPositive, sampled } = omissions(series, {
    logY,
    hidden
  });
  const notes: string[] = [];
  if (sampled !== null) {
    notes.push(
      trans.__(
        'Sampled: %1 of %2 points are drawn, each stretch’s extremes among them.',
        sampled.shown.toLocaleString(),
        sampled.total.toLocaleString()
      )
    );
  }
  if (notFinite > 0) {
    notes.push(
      trans._n(
        'One point is not a finite number and leaves a gap.',
        '%1 points are not finite numbers and leave gaps.',
        notFinite,
        notFinite
      )
    );
  }
  if (notPositive > 0) {
    notes.push(
      trans._n(
        'One point at or below zero has no place on a logarithmic axis.',
        '%1 points at or below zero have no place on a logarithmic axis.',
        notPositive,
        notPositive
      )
    );
  }
  return notes.length === 0 ? null : (
    <p className="jp-trackbook-hint" role="note">
      {notes.join(' ')}
    </p>
  );
}
