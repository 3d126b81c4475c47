/**
 * Links to runs and comparisons: copied here, opened wherever JupyterLab runs on the same
 * home.
 */
import type { IRouter, JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { linkIcon } from '@jupyterlab/ui-components';

import { inTimeOrder } from '../selectors';
import { targetsIn } from '../sidebar/targets';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import {
  LINK_PATTERN,
  addressOf,
  queryOf,
  readQuery,
  withoutOurs
} from './link-words';

export function addLinks(
  app: JupyterFrontEnd,
  { commands, store, trans }: ITrackbook,
  router: IRouter | null,
  palette: ICommandPalette | null
): void {
  const { one, together } = targetsIn(app, store);
  const copy = (query: string): void => {
    Clipboard.copyToSystem(addressOf(query));
    Notification.info(trans.__('The link was copied.'), { autoClose: 3000 });
  };

  commands.addCommand(CommandIDs.copyLink, {
    label: args =>
      together(args).length > 1
        ? trans.__('Copy Link to Comparison')
        : trans.__('Copy Link to Run'),
    caption: trans.__('A link that opens it in JupyterLab'),
    icon: linkIcon,
    isEnabled: args => together(args).length > 1 || one(args) !== null,
    execute: args => {
      const runIds = inTimeOrder(together(args));
      const runId = one(args);
      if (runIds.length > 1) {
        copy(queryOf('compare', runIds));
      } else if (runId !== null) {
        copy(queryOf('run', [runId]));
      }
    }
  });
  palette?.addItem({
    command: CommandIDs.copyLink,
    category: trans.__('Trackbook')
  });

  const linkOfTab = (): string | undefined =>
    app.contextMenuHitTest(
      ({ dataset }) => dataset['trackbookLink'] !== undefined
    )?.dataset['trackbookLink'];
  commands.addCommand(CommandIDs.copyPageLink, {
    label: trans.__('Copy Link'),
    caption: trans.__('A link that opens this page in JupyterLab'),
    icon: linkIcon,
    isEnabled: () => linkOfTab() !== undefined,
    execute: () => {
      const query = linkOfTab();
      if (query !== undefined) {
        copy(query);
      }
    }
  });

  commands.addCommand(CommandIDs.openLink, {
    label: trans.__('Open Link'),
    // It is asked for by the address alone.
    isVisible: () => false,
    execute: async args => {
      const search = typeof args['search'] === 'string' ? args['search'] : '';
      const target = readQuery(search);
      if (target === null) {
        return;
      }
      // Else what the last session left would come to lie over it.
      await app.restored;
      forgetAddress();
      const { kind, runIds } = target;
      const [first] = runIds;
      if (kind === 'table') {
        await commands.execute(CommandIDs.table);
      } else if (first === undefined) {
        Notification.warning(
          trans.__('The link names no run: it may have been cut off.'),
          { autoClose: false }
        );
      } else if (
        kind === 'run' ||
        (kind === 'compare' && runIds.length === 1)
      ) {
        await commands.execute(CommandIDs.openRun, { runId: first });
      } else {
        await commands.execute(
          kind === 'chart' ? CommandIDs.chart : CommandIDs.compare,
          { runIds: [...runIds] }
        );
      }
    }
  });
  router?.register({ command: CommandIDs.openLink, pattern: LINK_PATTERN });

  /** So that a reload shows what is open by then. */
  function forgetAddress(): void {
    const { pathname, search, hash } = window.location;
    window.history.replaceState(
      window.history.state,
      '',
      `${pathname}${withoutOurs(search)}${hash}`
    );
  }
}
