/**
 * The Lumino widgets of the main area: thin, each draws one page.
 */
import { ReactWidget, runningIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { useState } from 'react';
import type { ReactElement } from 'react';

import type { CompareArgs } from '../compare/compare-page';
import type { NotebookDifference, Run } from '../contract';
import type { Pair } from '../differences/differences-page';
import { ErrorBoundary } from '../error-boundary';
import { lazily } from '../lazily';
import { ViewProvider } from './context';
import type { ViewServices } from './context';
import {
  chartIcon,
  compareIcon,
  runIcon,
  tableIcon,
  timelineIcon
} from './icon';

const ChartPage = lazily(async () => (await import('./pages')).ChartPage);
const ComparePage = lazily(async () => (await import('./pages')).ComparePage);
const DifferencesPage = lazily(
  async () => (await import('./pages')).DifferencesPage
);
const RunPage = lazily(async () => (await import('./pages')).RunPage);
const RunningPage = lazily(async () => (await import('./pages')).RunningPage);
const TablePage = lazily(async () => (await import('./pages')).TablePage);
const TimelinePage = lazily(async () => (await import('./pages')).TimelinePage);

/** A page in the main area, with the arguments that bring it back after a reload. */
export class View extends ReactWidget {
  constructor(
    private readonly services: ViewServices,
    private currentArgs: ReadonlyPartialJSONObject,
    private readonly page: (view: View) => ReactElement
  ) {
    super();
    this.addClass('jp-trackbook');
    this.addClass('jp-trackbook-view');
    // A page takes the focus when its tab is chosen, so that keys scroll it.
    this.node.tabIndex = -1;
  }

  get args(): ReadonlyPartialJSONObject {
    return this.currentArgs;
  }

  set args(args: ReadonlyPartialJSONObject) {
    this.currentArgs = args;
    this.changed.emit(undefined);
  }

  get argsChanged(): ISignal<this, void> {
    return this.changed;
  }

  override dispose(): void {
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): ReactElement {
    const { trans } = this.services;
    return (
      <ViewProvider services={this.services}>
        <ErrorBoundary trans={trans} what={trans.__('“%1”', this.title.label)}>
          {this.page(this)}
        </ErrorBoundary>
      </ViewProvider>
    );
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  private readonly changed = new Signal<this, void>(this);
}

export function runWidget(services: ViewServices, runId: string): View {
  const { trans } = services;
  let shownNumber = 0;
  const view = new View(services, { runId }, self => (
    <RunPage runId={runId} onRun={run => label(self, run)} />
  ));
  view.title.label = trans.__('Run');
  return view;

  function label({ title }: View, run: Run): void {
    title.label = run.name;
    title.caption = trans.__('Run %1 of %2', run.name, run.experiment);
    if (run.number !== shownNumber) {
      shownNumber = run.number;
      // JupyterLab dresses only the icon that a tab is opened with.
      title.icon = runIcon(run.number).bindprops({ stylesheet: 'mainAreaTab' });
    }
  }
}

export function chartWidget(
  services: ViewServices,
  runIds: readonly string[],
  metric: string | null
): View {
  const { trans } = services;
  const view = new View(
    services,
    { runIds: [...runIds], ...(metric === null ? {} : { key: metric }) },
    () => <ChartPage runIds={runIds} metric={metric} />
  );
  view.title.label =
    metric ??
    trans._n(
      'Charts of one run',
      'Charts of %1 runs',
      runIds.length,
      runIds.length
    );
  view.title.icon = chartIcon;
  return view;
}

export function compareWidget(services: ViewServices, args: CompareArgs): View {
  const { trans } = services;
  const title = ({ runIds }: CompareArgs): string =>
    trans.__('Compare %1 runs', runIds.length);
  const view = new View(
    services,
    { ...args, runIds: [...args.runIds] },
    self => (
      <ComparePage
        args={args}
        onArgs={changed => {
          self.args = { ...changed, runIds: [...changed.runIds] };
          self.title.label = title(changed);
        }}
      />
    )
  );
  view.title.label = title(args);
  view.title.icon = compareIcon;
  return view;
}

export function differencesWidget(services: ViewServices, pair: Pair): View {
  const { trans } = services;
  const label = ({ before, after }: NotebookDifference): void => {
    view.title.label = trans.__('%1 → %2', before.label, after.label);
    view.title.caption = trans.__(
      '%1 %2 → %3 %4',
      before.revision.notebook_path ?? '',
      before.label,
      after.revision.notebook_path ?? '',
      after.label
    );
  };
  const view = new View(services, pair, self => (
    <Differences
      pair={pair}
      onPair={({ before, after }) => {
        self.args = { before, after };
      }}
      onLabel={label}
    />
  ));
  view.title.label = trans.__('Differences');
  view.title.icon = compareIcon;
  return view;
}

/** The page of whichever pair was last asked for. */
function Differences(props: {
  readonly pair: Pair;
  readonly onPair: (pair: Pair) => void;
  readonly onLabel: (difference: NotebookDifference) => void;
}): ReactElement {
  const [pair, setPair] = useState(props.pair);
  return (
    <DifferencesPage
      pair={pair}
      onPair={swapped => {
        setPair(swapped);
        props.onPair(swapped);
      }}
      onLabel={props.onLabel}
    />
  );
}

export function timelineWidget(services: ViewServices, path: string): View {
  const { trans } = services;
  const view = new View(services, { path }, () => <TimelinePage path={path} />);
  view.title.label = trans.__('Timeline of %1', path.split('/').pop() ?? path);
  view.title.caption = trans.__('Runs and revisions of %1', path);
  view.title.icon = timelineIcon;
  return view;
}

export function tableWidget(services: ViewServices): View {
  const { trans } = services;
  const view = new View(services, {}, () => <TablePage />);
  view.title.label = trans.__('Runs');
  view.title.caption = trans.__('The runs as a table');
  view.title.icon = tableIcon;
  return view;
}

export function runningWidget(services: ViewServices): View {
  const { trans } = services;
  const view = new View(services, {}, () => <RunningPage />);
  view.title.label = trans.__('Running');
  view.title.caption = trans.__('The runs that are open now');
  view.title.icon = runningIcon;
  return view;
}
