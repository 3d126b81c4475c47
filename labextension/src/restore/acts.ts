/**
 * What the commands of restoring do: ask how, change the notebook, say what was done.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { messageOf } from '../api';
import { CommandIDs } from '../tokens';
import { announced } from '../views/long-work';
import { baseName } from './choice';
import type { Choice } from './choice';
import type { NotebookContext } from './notebook-places';
import { readFacts } from './read-facts';
import { askHow } from './restore-dialog';
import type { Outcome } from './restorer';
import type { RestoreSite } from './site';
import { tell, undo } from './tell';
import { nameOfRevision } from './ways';
import type { Way } from './ways';

/** Asks how, and does it. */
export async function restore(
  site: RestoreSite,
  runId: string,
  which: string,
  way: Way
): Promise<void> {
  const { services } = site;
  const { trans } = services;
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
          label: trans.__('Try again'),
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
  const { trans } = services;
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
    const copy = await announced(
      { message: trans.__('Writing the notebook…') },
      async () =>
        services.api.copyRun(runId, {
          revision_id: which,
          ...(way === 'replace' && target !== null ? { path: target.path } : {})
        })
    );
    openFile(copy.path);
    return;
  }
  const context = await site.places.open(target.path);
  if (context === null) {
    throw new Error(
      trans.__('%1 could not be opened, so nothing was changed.', target.name)
    );
  }
  if (!(await askAboutEdits(site, context, facts.kept?.name ?? null))) {
    return;
  }
  const wanted = { runId, which };
  const restorer = await site.restorer();
  const outcome = await stoppable(site, context, async signal =>
    way === 'replace'
      ? restorer.replace(context, wanted, signal)
      : restorer.take(context, wanted, picked, signal)
  );
  if (outcome === null) {
    return;
  }
  tell(site, context, outcome, {
    way,
    restored: nameOfRevision(facts.plan, services.trans),
    count: picked.length
  });
}

/**
 * Changes the notebook; null: it was stopped before anything was changed, which a large
 * one or a slow server leaves time for.
 */
async function stoppable(
  { services: { trans } }: RestoreSite,
  context: NotebookContext,
  change: (signal: AbortSignal) => Promise<Outcome>
): Promise<Outcome | null> {
  const stopping = new AbortController();
  const name = baseName(context.path);
  try {
    return await announced(
      {
        message: trans.__('Restoring %1…', name),
        stop: { label: trans.__('Stop'), act: () => stopping.abort() }
      },
      async () => change(stopping.signal)
    );
  } catch (thrown) {
    if (!stopping.signal.aborted) {
      throw thrown;
    }
    Notification.info(trans.__('Stopped: %1 is as it was.', name), {
      autoClose: 5000
    });
    return null;
  }
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
    const changer = await restorer();
    const outcome = await stoppable(site, context, async signal =>
      changer.take(context, { runId, which }, [index], signal)
    );
    if (outcome === null) {
      return;
    }
    const { kept, changed, left } = outcome;
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
