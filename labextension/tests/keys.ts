/**
 * The list's commands and the keys that the schema binds them to, for specs.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { onTestFinished } from 'vitest';

import schema from '../schema/plugin.json';
import { addListCommands } from '../src/sidebar/commands';
import type { ITrackbook } from '../src/tokens';

/** Binds them until the test is finished, as JupyterLab does while it runs. */
export function bindListKeys(trackbook: ITrackbook): void {
  const { commands } = trackbook;
  addListCommands({
    // As much of JupyterLab as the commands use.
    app: {
      commands,
      contextMenuHitTest: () => undefined
    } as unknown as JupyterFrontEnd,
    trackbook,
    palette: null,
    docManager: null,
    show: () => {},
    focusFilter: () => Promise.resolve()
  });
  for (const shortcut of schema['jupyter.lab.shortcuts']) {
    if (commands.hasCommand(shortcut.command)) {
      commands.addKeyBinding({
        ...shortcut,
        args: { ...shortcut.args }
      });
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // Lumino reads what every browser sends and user-event leaves out.
    Object.defineProperty(event, 'keyCode', { value: keyCodeOf(event.key) });
    commands.processKeydownEvent(event);
  };
  document.addEventListener('keydown', onKeyDown, true);
  onTestFinished(() => {
    document.removeEventListener('keydown', onKeyDown, true);
  });
}

const KEY_CODES: Readonly<Record<string, number>> = {
  Escape: 27,
  Delete: 46,
  F2: 113,
  '/': 191
};

function keyCodeOf(key: string): number {
  return KEY_CODES[key] ?? key.toUpperCase().charCodeAt(0);
}
