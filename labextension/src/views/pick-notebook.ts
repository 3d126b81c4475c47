/**
 * JupyterLab's file dialog, asked for one notebook.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

/** The path of the notebook that was chosen; null where none was. */
export async function pickNotebook(
  manager: IDocumentManager,
  trans: TranslationBundle
): Promise<string | null> {
  const { button, value } = await FileDialog.getOpenFiles({
    manager,
    title: trans.__('The notebook that this run belongs to'),
    label: trans.__('Choose a notebook'),
    filter: ({ type }) => (type === 'notebook' ? {} : null)
  });
  const path = value?.[0]?.path;
  return button.accept && path?.endsWith('.ipynb') === true
    ? manager.services.contents.localPath(path)
    : null;
}
