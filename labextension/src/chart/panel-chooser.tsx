/**
 * What can be added to the panels: first of which kind, then of what.
 */
import { useState } from 'react';

import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { Segmented } from '../views/parts';
import { MetricChooser } from './metric-chooser';
import { PARALLEL_SETTINGS, SCATTER_SETTINGS } from './panel-settings';
import { kindName } from './panel-titles';
import { metricsOf, withMetrics, withPanel } from './panels';
import { useChartDefaults } from './use-chart-defaults';
import type { Panel, PanelContent, PanelKind } from './panels';

type Props = {
  readonly subject: ChartSubject;
  readonly panels: readonly Panel[];
  readonly onPanels: (panels: readonly Panel[]) => void;
  readonly onClose: () => void;
};

const KINDS: readonly PanelKind[] = ['lines', 'bars', 'scatter', 'parallel'];

export function PanelChooser(props: Props): JSX.Element {
  const { subject, panels, onPanels, onClose } = props;
  const { trans } = useServices();
  const defaults = useChartDefaults();
  const [kind, setKind] = useState<PanelKind>('lines');
  return (
    <section
      className="jp-trackbook-panel-chooser"
      aria-label={trans.__('Add a panel')}
    >
      <Segmented
        label={trans.__('Kind of panel')}
        value={kind}
        choices={KINDS.map(one => [one, kindName(one, trans)] as const)}
        onChange={setKind}
      />
      {kind === 'lines' || kind === 'bars' ? (
        <MetricChooser
          metrics={subject.metrics}
          runCount={subject.runs.length}
          chosen={metricsOf(panels, kind)}
          onChoose={keys => onPanels(withMetrics(panels, keys, kind, defaults))}
          onClose={onClose}
        />
      ) : (
        <WholePanel
          kind={kind}
          onAdd={content => {
            onPanels(withPanel(panels, content));
            onClose();
          }}
          onClose={onClose}
        />
      )}
    </section>
  );
}

/** A panel that is added as it is: what it shows is chosen in it. */
function WholePanel(props: {
  readonly kind: 'scatter' | 'parallel';
  readonly onAdd: (content: PanelContent) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { kind, onAdd, onClose } = props;
  const { trans } = useServices();
  return (
    <div className="jp-trackbook-metric-chooser">
      <p>
        {kind === 'scatter'
          ? trans.__(
              'A point a run: any param or metric over any other, with the trend.'
            )
          : trans.__(
              'A line a run across all params that vary: brush an axis to find runs.'
            )}
      </p>
      <button
        className="jp-trackbook-link"
        onClick={() =>
          onAdd(
            kind === 'scatter'
              ? { kind, settings: SCATTER_SETTINGS }
              : { kind, settings: PARALLEL_SETTINGS }
          )
        }
      >
        {trans.__('Add the panel')}
      </button>
      <button className="jp-trackbook-link" onClick={onClose}>
        {trans.__('Done')}
      </button>
    </div>
  );
}
