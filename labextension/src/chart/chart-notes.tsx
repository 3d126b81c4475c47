/**
 * What a picture does not show, said beneath it.
 */
import { omissions } from '../plot/omissions';
import type { Measures } from '../plot/groups';
import type { LineOptions, Series } from '../plot/types';
import { useServices } from '../views/context';
import { measureWords } from './group-words';

type Props = {
  readonly series: readonly Series[];
  readonly hidden: ReadonlySet<string>;
  readonly options: LineOptions;
  /** So many points have no place, as their step has no x. */
  readonly withoutX: number;
  /** What the lines are of groups of runs; null where each run has its own. */
  readonly groups: Measures | null;
  /** Runs that are in no line of a group, as their x goes back. */
  readonly falling: number;
  /** Places of groups' lines that a logarithmic axis leaves out. */
  readonly belowZero: number;
  /** Whether zooming in would show more of the points. */
  readonly zoomShowsMore: boolean;
};

export function ChartNotes(props: Props): JSX.Element | null {
  const { series, hidden, options, withoutX, groups, falling } = props;
  const { trans } = useServices();
  const { notFinite, sampled, ...omitted } = omissions(
    series,
    // A group's runs are all in its mean, which may be below zero itself.
    groups === null ? options : { ...options, logY: false },
    hidden
  );
  const notPositive = omitted.notPositive + props.belowZero;
  const notes: string[] = [];
  if (groups !== null) {
    notes.push(measureWords(groups, trans));
    if (falling > 0 && options.xMetric !== null) {
      notes.push(
        trans._n(
          'One run is in no group: its %2 goes back.',
          '%1 runs are in no group: their %2 goes back.',
          falling,
          options.xMetric
        )
      );
    }
  }
  if (sampled !== null) {
    const shown = sampled.shown.toLocaleString();
    const total = sampled.total.toLocaleString();
    notes.push(
      trans.__('Sampled: %1 of %2 points are drawn.', shown, total),
      groups !== null
        ? trans.__('Each counts as the mean of what it stands for.')
        : options.xAxis === 'metric'
          ? trans.__('The extremes of both metrics are among them.')
          : trans.__(
              'The faint band is from the least to the greatest of the rest.'
            )
    );
    if (props.zoomShowsMore) {
      notes.push(trans.__('Zoom in for all of them.'));
    }
  }
  if (withoutX > 0 && options.xMetric !== null) {
    notes.push(
      trans._n(
        'One point is left out: its step has no %2.',
        '%1 points are left out: their steps have no %2.',
        withoutX,
        options.xMetric
      )
    );
  }
  if (options.smoothing.amount > 0) {
    notes.push(
      groups !== null
        ? trans.__('Smoothed; the line as it is without that is faint.')
        : options.xAxis === 'metric'
          ? trans.__(
              'Smoothed along the steps; the line as it was logged is faint.'
            )
          : trans.__('Smoothed; the line as it was logged is faint.')
    );
  }
  if (options.ignoreOutliers) {
    notes.push(
      trans.__('The y axis leaves out the highest and lowest 5 % of values.')
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
