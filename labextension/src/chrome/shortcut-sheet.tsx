/**
 * The help sheet: the keys as they are bound now, the user's changes among them.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';

import type { ITrackbook } from '../tokens';

export type KeyLine = {
  readonly label: string;
  /** Each a way to press it, as JupyterLab writes keys. */
  readonly keys: readonly string[];
};

export type KeyGroup = {
  readonly title: string;
  readonly lines: readonly KeyLine[];
};

/** The keys of trackbook's commands, by where they work. */
export function boundKeys(
  commands: CommandRegistry,
  trans: TranslationBundle
): readonly KeyGroup[] {
  const list = new Map<string, string[]>();
  const notebook = new Map<string, string[]>();
  const elsewhere = new Map<string, string[]>();
  for (const { command, keys, args, selector } of commands.keyBindings) {
    if (!command.startsWith('trackbook:') || !commands.hasCommand(command)) {
      continue;
    }
    const group = selector.includes('.jp-trackbook-list')
      ? list
      : selector.includes('.jp-Notebook')
        ? notebook
        : elsewhere;
    const label = commands.label(command, args);
    const pressed = keys
      .map(key => CommandRegistry.formatKeystroke(key))
      .join(', ');
    const known = group.get(label) ?? [];
    group.set(label, known.includes(pressed) ? known : [...known, pressed]);
  }
  const linesOf = (group: Map<string, string[]>): readonly KeyLine[] =>
    [...group].map(([label, keys]) => ({ label, keys }));
  return [
    {
      title: trans.__('In the list of runs'),
      lines: [
        { label: trans.__('Go up or down'), keys: ['↑', '↓'] },
        { label: trans.__('Fold or unfold'), keys: ['←', '→'] },
        { label: trans.__('Open the run'), keys: [trans.__('Enter')] },
        { label: trans.__('Select or deselect'), keys: [trans.__('Space')] },
        ...linesOf(list)
      ]
    },
    {
      title: trans.__('In the panel and on pages'),
      lines: linesOf(elsewhere)
    },
    { title: trans.__('In a notebook'), lines: linesOf(notebook) }
  ].filter(({ lines }) => lines.length > 0);
}

export async function showShortcuts({
  commands,
  trans
}: ITrackbook): Promise<void> {
  const body = ReactWidget.create(
    <Sheet groups={boundKeys(commands, trans)} />
  );
  body.addClass('jp-trackbook');
  body.addClass('jp-trackbook-keys');
  // So that it can be scrolled without a pointer.
  body.node.tabIndex = 0;
  const canChange = commands.hasCommand('settingeditor:open');
  const dialog = new Dialog({
    title: trans.__('Trackbook Shortcuts'),
    body,
    buttons: [
      ...(canChange
        ? [Dialog.cancelButton({ label: trans.__('Change…') })]
        : []),
      Dialog.okButton({ label: trans.__('Close') })
    ],
    hasClose: true
  });
  dialog.node.setAttribute('aria-label', trans.__('Trackbook Shortcuts'));
  const { button } = await dialog.launch();
  if (canChange && button.label === trans.__('Change…')) {
    await commands.execute('settingeditor:open', {
      query: trans.__('Keyboard Shortcuts')
    });
  }
}

function Sheet(props: { readonly groups: readonly KeyGroup[] }): ReactElement {
  return (
    <>
      {props.groups.map(({ title, lines }) => (
        <section key={title}>
          <h2>{title}</h2>
          <dl>
            {lines.map(({ label, keys }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  {keys.map(key => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}
