/**
 * What panels and their kinds are called.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChartSubject } from '../contract';
import type { Panel, PanelKind } from './panels';
import { scatterAxes } from './quantities';

export function panelTitle(
  panel: Panel,
  subject: ChartSubject,
  trans: TranslationBundle
): string {
  switch (panel.kind) {
    case 'lines':
      return panel.metric;
    case 'bars':
      return trans.__(
        '%1 by %2',
        panel.metric,
        panel.settings.groupBy ?? trans.__('run')
      );
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
