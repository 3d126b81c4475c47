/**
 * What the commands of restoring do: ask how, change the notebook, say what was done.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { messageOf } from '../api';
import { CommandIDs } from '../tokens';
import { baseName, nameOfRevision } from './choice';
import type { Choice, Way } from './choice';
import type { NotebookContext } from './notebook-places';
import { readFacts } from './read-facts';
import { askHow } from './restore-dialog';
import type { Outcome } from './restorer';
import type { RestoreSite } from './site';

/** How long what was done can be undone from the corner. */
const UNDO_MS = 60_000;

/** Asks how, and does it. */
export async function restore(
  site: RestoreSite,
  runId: string,
  which: string,
  way: Way
): Promise<void> {
  const { services } = site;
  const choice = await askHow(services, {
    runId,
    which,
    way,
    load: (wanted, open) => readFacts(site, runId, wanted, open)
  });
  if (choice === null) {
    return;
  }
  try {
    await act(site, runId, choice);
  } catch (thrown) {
    Notification.error(messageOf(thrown), {
      autoClose: false,
      actions: [
        {
          label: services.trans.__('Try again'),
          callback: () => void restore(site, runId, choice.which, choice.way)
        }
      ]
    });
  }
}

async function act(
  site: RestoreSite,
  runId: string,
  { way, which, facts, picked }: Choice
): Promise<void> {
  const { services, openFile } = site;
  const { target } = facts;
  if (way === 'look') {
    const path = target?.path ?? null;
    await services.commands.execute(CommandIDs.look, {
      runId,
      revisionId: which,
      ...(path === null ? {} : { path })
    });
    return;
  }
  if (way === 'copy' || target === null || target.state === 'gone') {
    const copy = await services.api.copyRun(runId, {
      revision_id: which,
      ...(way === 'replace' && target !== null ? { path: target.path } : {})
    });
    openFile(copy.path);
    return;
  }
  const context = await site.places.open(target.path);
  if (context === null) {
    throw new Error(
      services.trans.__(
        '%1 could not be opened, so nothing was changed.',
        target.name
      )
    );
  }
  if (!(await askAboutEdits(site, context, facts.kept?.name ?? null))) {
    return;
  }
  const wanted = { runId, which };
  const restorer = await site.restorer();
  const outcome =
    way === 'replace'
      ? await restorer.replace(context, wanted)
      : await restorer.take(context, wanted, picked);
  tell(site, context, outcome, {
    way,
    restored: nameOfRevision(facts.plan, services.trans),
    count: picked.length
  });
}

/** Unsaved edits are kept with the present; whether to save them first is asked. */
async function askAboutEdits(
  { services: { trans } }: RestoreSite,
  context: NotebookContext,
  kept: string | null
): Promise<boolean> {
  if (!context.model.dirty) {
    return true;
  }
  const name = baseName(context.path);
  const save = Dialog.createButton({
    label: trans.__('Save first, then restore')
  });
  const { button } = await showDialog({
    title: trans.__('%1 has edits that are not saved', name),
    body:
      kept === null
        ? trans.__(
            'They are kept as a revision before the notebook is changed, and come back with “Undo restore”. Saved first, they are also in the file until you save again.'
          )
        : trans.__(
            'They are kept in %1 before the notebook is changed, and come back with “Undo restore”. Saved first, they are also in the file until you save again.',
            kept
          ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      save,
      Dialog.okButton({ label: trans.__('Restore') })
    ],
    defaultButton: 2
  });
  if (!button.accept) {
    return false;
  }
  if (button.label === save.label) {
    await context.save();
    if (context.model.dirty) {
      throw new Error(
        trans.__('%1 could not be saved, so nothing was changed.', name)
      );
    }
  }
  return true;
}

function tell(
  site: RestoreSite,
  context: NotebookContext,
  { kept, changed, keptFile, left }: Outcome,
  done: {
    readonly way: Way;
    readonly restored: string;
    readonly count: number;
  }
): void {
  const { trans } = site.services;
  const name = baseName(context.path);
  if (!changed) {
    Notification.info(trans.__('%1 is like that already.', name), {
      autoClose: 5000
    });
    return;
  }
  const sentences = [
    done.way === 'replace'
      ? trans.__(
          '%1 is now %2; what was open is kept as %3.',
          name,
          done.restored,
          kept.name
        )
      : trans._n(
          'One cell of %2 is in %3; what was open is kept as %4.',
          '%1 cells of %2 are in %3; what was open is kept as %4.',
          done.count,
          done.restored,
          name,
          kept.name
        )
  ];
  if (keptFile !== null) {
    sentences.push(
      trans.__(
        '%1 does not keep the secrets that were in it: they are in %2.',
        kept.name,
        baseName(keptFile)
      )
    );
  }
  if (left.length > 0) {
    sentences.push(
      trans._n(
        'In one cell put your credential in again where it reads <redacted>: %2.',
        'In %1 cells put your credentials in again where they read <redacted>: %2.',
        left.length,
        left.join(', ')
      )
    );
  }
  Notification.success(sentences.join(' '), {
    autoClose: keptFile === null && left.length === 0 ? UNDO_MS : false,
    actions: [
      {
        label: trans.__('Undo restore'),
        caption: trans.__('Put back what was open before'),
        callback: () => void undo(site, context)
      }
    ]
  });
}

export async function undo(
  { services: { trans }, restorer }: RestoreSite,
  context: NotebookContext
): Promise<void> {
  if (context.isDisposed) {
    Notification.warning(
      trans.__(
        'That notebook was closed. What was open is kept as a revision: restore it from the list of its revisions.'
      )
    );
    return;
  }
  try {
    const kept = await (await restorer()).undo(context);
    if (kept !== null) {
      Notification.success(
        trans.__(
          'What was open is back in %1; what the restore brought is kept as %2.',
          baseName(context.path),
          kept.name
        ),
        { autoClose: 10_000 }
      );
    }
  } catch (thrown) {
    Notification.error(messageOf(thrown), { autoClose: false });
  }
}

/** Takes one cell into the notebook, which is opened where it is not. */
export async function take(
  site: RestoreSite,
  runId: string,
  which: string,
  path: string | null,
  index: number
): Promise<void> {
  const {
    services: { trans },
    places,
    restorer
  } = site;
  try {
    const context = path === null ? null : await places.open(path);
    if (context === null) {
      throw new Error(
        trans.__(
          'The notebook that the run belongs to can’t be opened. Restore a copy instead.'
        )
      );
    }
    const { kept, changed, left } = await (
      await restorer()
    ).take(context, { runId, which }, [index]);
    const name = baseName(context.path);
    Notification.success(
      changed
        ? trans.__(
            'The cell is in %1; what was open is kept as %2.',
            name,
            kept.name
          ) +
            (left.length === 0
              ? ''
              : ` ${trans.__('Put your credential in again where it reads <redacted>.')}`)
        : trans.__('The cell is in %1 already.', name),
      {
        autoClose: 10_000,
        ...(changed
          ? {
              actions: [
                {
                  label: trans.__('Undo restore'),
                  callback: () => void undo(site, context)
                }
              ]
            }
          : {})
      }
    );
  } catch (thrown) {
    Notification.error(messageOf(thrown), { autoClose: false });
  }
}
