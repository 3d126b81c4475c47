/**
 * Steps of undo in shared documents.
 */

/**
 * Ends the present step: Yjs joins what follows within half a second to it.
 *
 * @param model a shared notebook or cell.
 */
export function endUndoStep(model: object): void {
  const manager: unknown = 'undoManager' in model ? model.undoManager : null;
  if (
    typeof manager === 'object' &&
    manager !== null &&
    'stopCapturing' in manager &&
    typeof manager.stopCapturing === 'function'
  ) {
    manager.stopCapturing();
  }
}
