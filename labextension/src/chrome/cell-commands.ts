/**
 * Leaving cells out of the recording, by the tag that the kernel looks for.
 */
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ICommandPalette } from '@jupyterlab/apputils';

import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';

const SKIP_TAG = 'trackbook:skip';

type CellModel = NonNullable<INotebookTracker['activeCell']>['model'];

export function addCellCommands(
  { commands, trans }: ITrackbook,
  tracker: INotebookTracker,
  palette: ICommandPalette | null
): void {
  const selected = (): readonly CellModel[] =>
    (tracker.currentWidget?.content.selectedCells ?? [])
      .map(cell => cell.model)
      .filter(({ type }) => type === 'code');
  const areSkipped = (): boolean => {
    const cells = selected();
    return cells.length > 0 && cells.every(isSkipped);
  };
  commands.addCommand(CommandIDs.skipCell, {
    label: trans.__('Leave Cell Out of the Recording'),
    caption: trans.__(
      'Give the selected cells the tag %1: nothing that they do is kept',
      SKIP_TAG
    ),
    isToggleable: true,
    isToggled: areSkipped,
    isEnabled: () => selected().length > 0,
    execute: () => {
      const skip = !areSkipped();
      for (const cell of selected()) {
        setSkipped(cell, skip);
      }
      commands.notifyCommandChanged(CommandIDs.skipCell);
    }
  });
  tracker.selectionChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.skipCell);
  });
  palette?.addItem({
    command: CommandIDs.skipCell,
    category: trans.__('Trackbook')
  });
}

function tagsOf(cell: CellModel): readonly string[] {
  const tags: unknown = cell.getMetadata('tags');
  return Array.isArray(tags)
    ? tags.filter((tag): tag is string => typeof tag === 'string')
    : [];
}

function isSkipped(cell: CellModel): boolean {
  return tagsOf(cell).includes(SKIP_TAG);
}

function setSkipped(cell: CellModel, skip: boolean): void {
  const others = tagsOf(cell).filter(tag => tag !== SKIP_TAG);
  const tags = skip ? [...others, SKIP_TAG] : others;
  if (tags.length > 0) {
    cell.setMetadata('tags', tags);
  } else {
    cell.deleteMetadata('tags');
  }
}
