/**
 * The main-area views: their commands, one tab a thing, restored with the layout.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  IThemeManager,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import { runningIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { addressOf, queryOf } from './chrome/link-words';
import { runIcon as pageIcon } from './sidebar/icons';
import { CommandIDs, ITrackbook } from './tokens';
import { chartIcon, compareIcon, tableIcon, timelineIcon } from './views/icon';
import { openElsewhere, place } from './views/place';
import { returnFocus } from './views/return-focus';
import { viewServices } from './views/services';
import {
  chartWidget,
  compareWidget,
  differencesWidget,
  runWidget,
  runningWidget,
  tableWidget,
  timelineWidget
} from './views/widgets';
import type { View } from './views/widgets';

export const viewsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:views',
  description: 'Pages of runs, charts and comparisons in the main area.',
  autoStart: true,
  requires: [ITrackbook, IRenderMimeRegistry],
  optional: [
    IEditorLanguageRegistry,
    IThemeManager,
    ILayoutRestorer,
    IDocumentManager,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry | null,
    themes: IThemeManager | null,
    restorer: ILayoutRestorer | null,
    docManager: IDocumentManager | null,
    state: IStateDB | null
  ): void => {
    const services = viewServices(
      trackbook,
      rendermime,
      languages,
      themes,
      docManager,
      state
    );
    const { trans } = trackbook;

    const addView = <Args extends ReadonlyPartialJSONObject>(view: {
      readonly command: string;
      readonly namespace: string;
      readonly label: string;
      readonly caption: string;
      readonly icon: LabIcon;
      readonly read: (args: ReadonlyPartialJSONObject) => Args | null;
      readonly idOf: (args: Args) => string;
      readonly create: (args: Args) => View;
      /** The query that names it in a link; left out where none does. */
      readonly linkTo?: (args: Args) => string;
      /** Without arguments there is nothing to show, unless it knows what is meant. */
      readonly isOffered?: true;
    }): void => {
      const tracker = new WidgetTracker<MainAreaWidget<View>>({
        namespace: view.namespace
      });
      app.commands.addCommand(view.command, {
        label: view.label,
        icon: view.icon,
        caption: view.caption,
        isEnabled: args => view.read(args) !== null,
        isVisible: args => view.isOffered === true || view.read(args) !== null,
        execute: args => {
          const read = view.read(args);
          if (read === null) {
            return;
          }
          const id = view.idOf(read);
          let widget = tracker.find(open => open.id === id);
          const link = view.linkTo?.(read);
          if (widget === undefined) {
            if (link !== undefined && openElsewhere(addressOf(link))) {
              return;
            }
            const content = view.create(read);
            widget = new MainAreaWidget<View>({ content });
            widget.id = id;
            widget.title.closable = true;
            widget.title.dataset = {
              ...widget.title.dataset,
              ...(link === undefined ? {} : { 'trackbook-link': link })
            };
            const opened = widget;
            returnFocus(app, opened);
            content.argsChanged.connect(() => void tracker.save(opened));
            void tracker.add(widget);
          }
          place(app, widget);
        }
      });
      void restorer?.restore(tracker, {
        command: view.command,
        args: widget => widget.content.args,
        name: widget => widget.id
      });
    };

    addView({
      command: CommandIDs.openRun,
      namespace: 'trackbook-runs',
      label: trans.__('Open Run'),
      caption: trans.__('Show all that is known of a run'),
      icon: pageIcon,
      read: args =>
        typeof args['runId'] === 'string' ? { runId: args['runId'] } : null,
      idOf: ({ runId }) => `trackbook-run-${runId}`,
      linkTo: ({ runId }) => queryOf('run', [runId]),
      create: ({ runId }) => runWidget(services, runId)
    });
    addView({
      command: CommandIDs.chart,
      namespace: 'trackbook-charts',
      label: trans.__('Chart Runs'),
      caption: trans.__('Draw the lines of a metric of several runs'),
      icon: chartIcon,
      read: args => {
        const runIds = readIds(args['runIds']);
        const { key } = args;
        return runIds.length === 0
          ? null
          : { runIds, ...(typeof key === 'string' ? { key } : {}) };
      },
      idOf: ({ runIds }) => `trackbook-chart-${runIds.join('-')}`,
      linkTo: ({ runIds }) => queryOf('chart', runIds),
      create: ({ runIds, key }) => chartWidget(services, runIds, key ?? null)
    });
    addView({
      command: CommandIDs.compare,
      namespace: 'trackbook-comparisons',
      label: trans.__('Compare Runs'),
      caption: trans.__('Show what differs between runs'),
      icon: compareIcon,
      read: args => {
        const runIds = readIds(args['runIds']);
        const { baseline, order, everything, runsDown, tab } = args;
        return runIds.length < 2
          ? null
          : {
              runIds,
              ...(typeof baseline === 'string' ? { baseline } : {}),
              ...(typeof order === 'string' ? { order } : {}),
              ...(typeof everything === 'boolean' ? { everything } : {}),
              ...(typeof runsDown === 'boolean' ? { runsDown } : {}),
              // Runs come and go; the tab stays the one that the layout knows.
              tab:
                typeof tab === 'string'
                  ? tab
                  : `trackbook-compare-${runIds.join('-')}`
            };
      },
      idOf: ({ tab }) => tab,
      linkTo: ({ runIds }) => queryOf('compare', runIds),
      create: args => compareWidget(services, args)
    });
    addView({
      command: CommandIDs.differences,
      namespace: 'trackbook-differences',
      label: trans.__('Compare Notebooks'),
      caption: trans.__('Show what differs between two revisions'),
      icon: compareIcon,
      read: ({ before, after }) =>
        typeof before === 'string' && typeof after === 'string'
          ? { before, after }
          : null,
      idOf: ({ before, after }) => `trackbook-differences-${before}-${after}`,
      create: pair => differencesWidget(services, pair)
    });
    addView({
      command: CommandIDs.table,
      namespace: 'trackbook-table',
      label: trans.__('Open the Runs as a Table'),
      caption: trans.__(
        'A column for each param and metric, over the whole width'
      ),
      icon: tableIcon,
      isOffered: true,
      read: () => ({}),
      idOf: () => 'trackbook-table',
      linkTo: () => queryOf('table', []),
      create: () => tableWidget(services)
    });
    addView({
      command: CommandIDs.running,
      namespace: 'trackbook-running',
      label: trans.__('Show Running Runs'),
      caption: trans.__(
        'On which kernel and host runs are open, and what they execute'
      ),
      icon: runningIcon,
      isOffered: true,
      read: () => ({}),
      idOf: () => 'trackbook-running',
      create: () => runningWidget(services)
    });
    addView({
      command: CommandIDs.timeline,
      namespace: 'trackbook-timelines',
      label: trans.__('Show Timeline of the Notebook'),
      caption: trans.__('Show the notebook’s runs and revisions along time'),
      icon: timelineIcon,
      isOffered: true,
      // Without a path, the notebook that was active last.
      read: ({ path = trackbook.store.getState().notebookPath }) =>
        typeof path === 'string' ? { path } : null,
      idOf: ({ path }) => `trackbook-timeline-${path}`,
      create: ({ path }) => timelineWidget(services, path)
    });
  }
};

function readIds(value: unknown): string[] {
  const ids = Array.isArray(value)
    ? value.filter((id): id is string => typeof id === 'string')
    : [];
  return [...new Set(ids)];
}
