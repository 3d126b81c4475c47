/**
 * Reads what the dialog tells: the plan, what is open, and what differs.
 */
import { failureOf } from '../api';
import type { RestorePlan } from '../contract';
import { baseName } from './choice';
import type { Facts } from './choice';
import type { NotebookContext } from './notebook-places';
import type { RestoreSite } from './site';

/** @param open whether the notebook is opened where it is not. */
export async function readFacts(
  { services: { api, store }, places, restorer }: RestoreSite,
  runId: string,
  which: string,
  open: boolean
): Promise<Facts> {
  const readPlan = (kernelId: string | undefined): Promise<RestorePlan> =>
    api.restorePlan(runId, {
      revision_id: which,
      ...(kernelId === undefined ? {} : { kernel_id: kernelId })
    });
  // Mostly the list knows which notebook it will be, and so which kernel.
  const listed = store.getState().runs[runId]?.notebook_path ?? null;
  const guessed = kernelOf(listed === null ? null : places.find(listed));
  let plan = await readPlan(guessed);
  const path = plan.notebook_path;
  let context = path === null ? null : places.find(path);
  if (context === null && open && path !== null && plan.place === 'notebook') {
    context = await places.open(path);
  }
  if (path === null || context === null) {
    const isServed = plan.place === 'notebook' || plan.place === 'gone';
    return {
      plan,
      target:
        path === null || !isServed
          ? null
          : {
              name: baseName(path),
              path,
              state: plan.place === 'gone' ? 'gone' : 'closed'
            },
      kept: null,
      difference: null,
      problem: null
    };
  }
  const target = { name: baseName(path), path, state: 'open' } as const;
  const kernelId = kernelOf(context);
  if (kernelId !== guessed) {
    plan = await readPlan(kernelId);
  }
  try {
    const changer = await restorer();
    const kept = await changer.keep(context);
    const difference = await changer.compare(kept, { runId, which });
    return { plan, target, kept, difference, problem: null };
  } catch (thrown) {
    // To look and to copy are possible all the same.
    const problem = failureOf(thrown);
    return { plan, target, kept: null, difference: null, problem };
  }
}

function kernelOf(context: NotebookContext | null): string | undefined {
  return context?.sessionContext.session?.kernel?.id;
}
