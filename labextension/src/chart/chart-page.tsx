/**
 * The page of charts: panels of the selected runs' metrics, with one legend for all.
 */
import { useState } from 'react';

import type { ChartSubject } from '../contract';
import { isActive } from '../run/derive';
import { useServices } from '../views/context';
import { ResourcePage } from '../views/resource-page';
import { ChartLegend } from './chart-legend';
import { HoverBus, HoverProvider } from './hover';
import { PanelChooser } from './panel-chooser';
import { PanelGrid } from './panel-grid';
import type { ChartRun } from './series';
import { useChartSubject } from './use-chart-subject';
import { useHidden } from './use-hidden';
import { useViews } from './use-views';
import type { Views } from './use-views';
import { ViewBar } from './view-bar';

type Props = {
  readonly runIds: readonly string[];
  /** The metric that was asked for: it has a panel in any case. */
  readonly metric: string | null;
};

export function ChartPage({ runIds, metric }: Props): JSX.Element {
  const { trans } = useServices();
  const { state, reload } = useChartSubject(runIds);
  const views = useViews(state.kind === 'ready' ? state.value : null, metric);
  if (runIds.length === 0) {
    return (
      <div className="jp-trackbook-page">
        <div className="jp-trackbook-empty">
          <h1>{trans.__('No runs to chart')}</h1>
          <p>{trans.__('Select runs in the list, then choose Chart.')}</p>
        </div>
      </div>
    );
  }
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Loading the runs…')}
      gone={{
        title: trans.__('These runs can’t be charted'),
        text: trans.__('None of them is there any more.')
      }}
    >
      {subject =>
        subject.runs.length === 0 ? (
          <div className="jp-trackbook-empty" role="alert">
            <h1>{trans.__('These runs can’t be charted')}</h1>
            <p>{trans.__('None of them is there any more.')}</p>
          </div>
        ) : views === null ? null : (
          <Charts subject={subject} views={views} />
        )
      }
    </ResourcePage>
  );
}

function Charts(props: {
  readonly subject: ChartSubject;
  readonly views: Views;
}): JSX.Element {
  const { subject, views } = props;
  const { trans } = useServices();
  const [bus] = useState(() => new HoverBus());
  const [chooses, setChooses] = useState(false);
  const { hidden, toggle, setHidden } = useHidden();
  const runs: readonly ChartRun[] = subject.runs.map(run => ({
    runId: run.run_id,
    name: run.name,
    number: run.number,
    isActive: isActive(run.status),
    change: run.change
  }));
  const { panels, setPanels } = views;
  return (
    <HoverProvider value={bus}>
      <header className="jp-trackbook-page-header">
        <h1 className="jp-trackbook-page-title">
          {trans._n(
            'Charts of one run',
            'Charts of %1 runs',
            runs.length,
            runs.length
          )}
        </h1>
        <ViewBar
          views={views}
          chooses={chooses}
          onChoose={() => setChooses(!chooses)}
        />
      </header>
      {subject.missing.length === 0 ? null : (
        <p className="jp-trackbook-hint">
          {trans._n(
            'One of the runs is not there any more.',
            '%1 of the runs are not there any more.',
            subject.missing.length,
            subject.missing.length
          )}
        </p>
      )}
      {chooses ? (
        <PanelChooser
          subject={subject}
          panels={panels}
          onPanels={setPanels}
          onClose={() => setChooses(false)}
        />
      ) : null}
      <ChartLegend
        runs={runs}
        hidden={hidden}
        onToggle={toggle}
        series={null}
      />
      {hidden.size === 0 ? null : (
        <p className="jp-trackbook-hint">
          {trans._n(
            'One run is switched off.',
            '%1 runs are switched off.',
            hidden.size,
            hidden.size
          )}{' '}
          <button
            className="jp-trackbook-link"
            onClick={() => setHidden(new Set())}
          >
            {trans.__('Switch all on')}
          </button>
        </p>
      )}
      {panels.length > 0 ? (
        <PanelGrid
          panels={panels}
          onPanels={setPanels}
          runs={runs}
          subject={subject}
          hidden={hidden}
          onKeep={kept =>
            setHidden(
              new Set(
                runs.map(run => run.runId).filter(id => !kept.includes(id))
              )
            )
          }
        />
      ) : (
        <div className="jp-trackbook-chart-empty">
          {subject.metrics.length > 0
            ? trans.__('No panel is left: add one.')
            : runs.some(run => run.isActive)
              ? trans.__('No result yet: waiting for the first one.')
              : trans.__('None of these runs gave a result.')}
        </div>
      )}
    </HoverProvider>
  );
}
