/**
 * Where a page stands: in JupyterLab's main area; in Jupyter Notebook, whose main area
 * holds one document, on a page of its own.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { TabPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** Where a page may stand that no other browser tab can show. */
const AREAS = ['main', 'down', 'right'] as const;

/** The kind of page of Jupyter Notebook that this is; empty in JupyterLab. */
export function notebookPage(): string {
  return PageConfig.getOption('notebookPage');
}

/**
 * Opens another browser tab for the page.
 *
 * @returns whether there is one: not in JupyterLab, and not where the browser forbids.
 */
export function openElsewhere(address: string): boolean {
  const page = notebookPage();
  return page !== '' && page !== 'tree' && window.open(address) !== null;
}

/** Puts a page where there is room for it, and shows it. */
export function place(app: JupyterFrontEnd, widget: Widget): void {
  const [home] = [...app.shell.widgets('main')];
  if (notebookPage() === 'tree' && home instanceof TabPanel) {
    if (!widget.isAttached) {
      home.addWidget(widget);
    }
    home.currentWidget = widget;
    return;
  }
  for (const area of AREAS) {
    if (!widget.isAttached) {
      widget.toggleClass('jp-trackbook-aside', area !== 'main');
      app.shell.add(widget, area, { type: 'trackbook' });
    }
  }
  app.shell.activateById(widget.id);
}
