/**
 * The view that shows a run's notebook read-only, beside the open one.
 */
import type { ILayoutRestorer } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';

import { lazily } from '../lazily';
import { CommandIDs } from '../tokens';
import { View } from '../views/widgets';
import { runIcon } from '../views/icon';
import type { RestoreSite } from './site';
import { nameOfRevision } from './ways';

const LookPage = lazily(async () => (await import('../views/pages')).LookPage);

export function addLook(
  site: RestoreSite,
  layout: ILayoutRestorer | null
): void {
  const { app, services, places } = site;
  const { trans } = services;
  const tracker = new WidgetTracker<MainAreaWidget<View>>({
    namespace: 'trackbook-looks'
  });
  app.commands.addCommand(CommandIDs.look, {
    label: trans.__('Look at the Notebook of a Run'),
    isVisible: args => typeof args['runId'] === 'string',
    execute: async args => {
      const { runId, revisionId, path } = args;
      if (typeof runId !== 'string') {
        return;
      }
      const which = typeof revisionId === 'string' ? revisionId : 'latest';
      const id = `trackbook-look-${runId}-${which}`;
      if (tracker.find(open => open.id === id) === undefined) {
        const plan = await services.api.restorePlan(runId, {
          revision_id: which
        });
        const beside = typeof path === 'string' ? path : plan.notebook_path;
        const title = trans.__(
          '%1 of %2',
          nameOfRevision(plan, trans),
          plan.run_name
        );
        const onTake = (index: number): void => {
          void import('../views/pages').then(({ take }) =>
            take(site, runId, which, beside, index)
          );
        };
        const content = new View(services, { ...args }, () => (
          <LookPage
            runId={runId}
            which={which}
            title={title}
            onTake={beside === null ? null : onTake}
            onRestore={() =>
              void services.commands.execute(CommandIDs.restore, {
                runId,
                revisionId: which,
                way: 'replace'
              })
            }
          />
        ));
        content.title.label = title;
        content.title.caption = trans.__('Read-only: %1', title);
        content.title.icon = runIcon(plan.run_number).bindprops({
          stylesheet: 'mainAreaTab'
        });
        const widget = new MainAreaWidget<View>({ content });
        widget.id = id;
        widget.title.closable = true;
        void tracker.add(widget);
        const ref = beside === null ? null : places.panelId(beside);
        app.shell.add(widget, 'main', {
          type: 'trackbook',
          ...(ref === null ? {} : { mode: 'split-right', ref })
        });
        if (!widget.isAttached) {
          // A Jupyter Notebook's main area holds the notebook alone.
          widget.addClass('jp-trackbook-aside');
          app.shell.add(widget, 'down', { type: 'trackbook' });
        }
      }
      app.shell.activateById(id);
    }
  });
  void layout?.restore(tracker, {
    command: CommandIDs.look,
    args: widget => widget.content.args,
    name: widget => widget.id
  });
}
