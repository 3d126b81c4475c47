/**
 * Bringing in runs from elsewhere: the file type of bundles, and the command.
 */
import type { ICommandPalette } from '@jupyterlab/apputils';

import { runsIcon } from '../sidebar/icons';
import { CommandIDs } from '../tokens';
import type { Site } from './notebook-at';

/** What the schema's menu items name, too. */
const BUNDLE = 'trackbook-bundle';

export function addImportCommand(
  { app, trackbook, browsers }: Site,
  palette: ICommandPalette | null
): void {
  const { trans } = trackbook;
  app.docRegistry.addFileType({
    name: BUNDLE,
    displayName: trans.__('Trackbook Runs'),
    extensions: ['.tbk'],
    mimeTypes: ['application/octet-stream'],
    fileFormat: 'base64',
    contentType: 'file',
    icon: runsIcon
  });
  /** The bundles that are selected in the file browser. */
  const selected = (): string[] =>
    [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])]
      .map(item => app.serviceManager.contents.localPath(item.path))
      .filter(path => path.toLowerCase().endsWith('.tbk'));
  app.commands.addCommand(CommandIDs.importRuns, {
    label: args =>
      args['place'] === 'browser'
        ? trans.__('Import Runs')
        : trans.__('Import Runs…'),
    caption: trans.__(
      'Bring in the runs of a file that was exported elsewhere'
    ),
    icon: runsIcon,
    execute: async args => {
      const acts = await import('../moving/acts');
      await (args['place'] === 'browser'
        ? acts.importPaths(trackbook, selected())
        : acts.importChosen(trackbook));
    }
  });
  palette?.addItem({
    command: CommandIDs.importRuns,
    category: trans.__('Trackbook')
  });
}
