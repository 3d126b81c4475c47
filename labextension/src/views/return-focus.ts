/**
 * Where the keyboard goes when a page is closed: to what the page was opened from.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

import { CommandIDs, PANEL_ID } from '../tokens';

/** Notes where the focus is, and gives it back if the widget has it when it goes. */
export function returnFocus(app: JupyterFrontEnd, widget: Widget): void {
  const origin = document.activeElement;
  const isOfPanel = origin?.closest(`#${PANEL_ID}`) != null;
  const page = origin?.closest('.jp-MainAreaWidget')?.id ?? null;
  widget.disposed.connect(({ node }) => {
    if (!node.contains(document.activeElement)) {
      return;
    }
    // Once JupyterLab has another page in front.
    setTimeout(() => {
      if (isOfPanel) {
        void app.commands.execute(CommandIDs.showPanel);
      } else if (page !== null && origin?.isConnected === true) {
        app.shell.activateById(page);
        (origin as HTMLElement).focus();
      }
    });
  });
}
