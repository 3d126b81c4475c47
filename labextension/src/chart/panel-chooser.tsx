/**
 * What can be added to the panels: first of which kind, then of what.
 */
import { useState } from 'react';

import type { ChartSubject } from '../contract';
import { useServices } from '../views/context';
import { Segmented } from '../views/parts';
import { MetricChooser } from './metric-chooser';
import { kindName } from './panel-titles';
import { metricsOf, withMetrics } from './panels';
import type { Panel } from './panels';

type Props = {
  readonly subject: ChartSubject;
  readonly panels: readonly Panel[];
  readonly onPanels: (panels: readonly Panel[]) => void;
  readonly onClose: () => void;
};

const KINDS = ['lines', 'bars'] as const;

export function PanelChooser(props: Props): JSX.Element {
  const { subject, panels, onPanels, onClose } = props;
  const { trans } = useServices();
  const [kind, setKind] = useState<'lines' | 'bars'>('lines');
  return (
    <section
      className="jp-trackbook-panel-chooser"
      aria-label={trans.__('Add a panel')}
    >
      <Segmented
        label={trans.__('Kind of panel')}
        value={kind}
        choices={KINDS.map(one => [one, kindName(one, trans)])}
        onChange={setKind}
      />
      <MetricChooser
        metrics={subject.metrics}
        runCount={subject.runs.length}
        chosen={metricsOf(panels, kind)}
        onChoose={keys => onPanels(withMetrics(panels, keys, kind))}
        onClose={onClose}
      />
    </section>
  );
}
