/**
 * The views of an experiment's charts: kept for the person, not in the store, because
 * how somebody looks at runs is no fact about them.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';

import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { keepIn } from './keeping';
import { useChartDefaults } from './use-chart-defaults';
import { firstPanels, readViews, UNNAMED, withMetrics } from './panels';
import type { KeptViews, Panel } from './panels';

export type Views = {
  readonly names: readonly string[];
  readonly current: string;
  readonly panels: readonly Panel[];
  readonly setPanels: (panels: readonly Panel[]) => void;
  /** Shows a view; one that is not there yet begins as what is shown now. */
  readonly show: (name: string) => void;
  readonly remove: (name: string) => void;
  /** Back to the panels that an experiment begins with. */
  readonly reset: () => void;
};

/** Null until what was stored is read. */
export function useViews(
  subject: ChartSubject | null,
  wanted: string | null
): Views | null {
  const { stateDb } = useServices();
  const defaults = useChartDefaults();
  const keeping = useMemo(() => keepIn(stateDb), [stateDb]);
  const experimentId = subject?.runs[0]?.experiment_id ?? null;
  const [kept, setKept] = useState<KeptViews | null>(null);

  useEffect(() => {
    let alive = true;
    if (experimentId !== null) {
      void keeping.read(experimentId).then(stored => {
        if (alive) {
          setKept(readViews(stored));
        }
      });
    }
    return () => {
      alive = false;
    };
  }, [keeping, experimentId]);

  const save = useCallback(
    (next: KeptViews): void => {
      setKept(next);
      if (experimentId !== null) {
        keeping.write(experimentId, next);
      }
    },
    [keeping, experimentId]
  );

  if (subject === null || kept === null) {
    return null;
  }
  const { views, current } = kept;
  const stored = views.find(view => view.name === current)?.panels;
  const first = (): readonly Panel[] => firstPanels(subject, wanted, defaults);
  const panels =
    stored === undefined
      ? first()
      : wanted === null
        ? stored
        : withMetrics(stored, [wanted], 'lines', defaults);
  const put = (name: string, shown: readonly Panel[]): void =>
    save({
      current: name,
      views: [
        ...views.filter(view => view.name !== name),
        { name, panels: shown }
      ]
    });
  return {
    names: views.map(view => view.name).filter(name => name !== UNNAMED),
    current,
    panels,
    setPanels: shown => put(current, shown),
    show: name => {
      if (views.some(view => view.name === name) || name === UNNAMED) {
        save({ views, current: name });
      } else {
        put(name, panels);
      }
    },
    remove: name =>
      save({
        current: UNNAMED,
        views: views.filter(view => view.name !== name)
      }),
    reset: () => put(current, first())
  };
}
