/**
 * What panels and their kinds are called.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChartSubject } from '../contract';
import type { Panel, PanelKind, PanelOf } from './panels';
import { barValue, directionOf, scatterAxes } from './quantities';

export function panelTitle(
  panel: Panel,
  subject: ChartSubject,
  trans: TranslationBundle
): string {
  switch (panel.kind) {
    case 'lines':
      return panel.metric;
    case 'bars':
      return barsTitle(panel, subject, trans);
    case 'scatter': {
      const { x, y } = scatterAxes(panel.settings, subject);
      return x === null || y === null
        ? kindName(panel.kind, trans)
        : trans.__('%1 against %2', y.key, x.key);
    }
    case 'parallel':
      return trans.__('Params that vary');
  }
}

/** Which value is meant is left unsaid where it is the last one. */
function barsTitle(
  { metric, settings }: PanelOf<'bars'>,
  subject: ChartSubject,
  trans: TranslationBundle
): string {
  const by = settings.groupBy ?? trans.__('run');
  switch (barValue(settings, directionOf(metric, subject))) {
    case 'last':
      return trans.__('%1 by %2', metric, by);
    case 'best':
      return trans.__('best %1 by %2', metric, by);
    case 'min':
      return trans.__('least %1 by %2', metric, by);
    case 'max':
      return trans.__('greatest %1 by %2', metric, by);
  }
}

export function kindName(kind: PanelKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'lines':
      return trans.__('Lines');
    case 'bars':
      return trans.__('Bars');
    case 'scatter':
      return trans.__('Scatter');
    case 'parallel':
      return trans.__('Parallel coordinates');
  }
}
