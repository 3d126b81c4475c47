/**
 * What panels and their kinds are called.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Panel, PanelKind } from './panels';

export function panelTitle(panel: Panel, trans: TranslationBundle): string {
  switch (panel.kind) {
    case 'lines':
      return panel.metric;
    case 'bars':
      return trans.__(
        '%1 by %2',
        panel.metric,
        panel.settings.groupBy ?? trans.__('run')
      );
    case 'scatter':
      return trans.__('Scatter');
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
