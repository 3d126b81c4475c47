/**
 * The run that is being recorded, as the status bar shows it: also where no list has
 * read it, because the panel was never opened.
 */
import { useEffect, useState } from 'react';

import type { RunChanged, RunRow } from '../contract';
import type { IEventListener } from '../live';
import { useTrackbook, useTrackbookState } from '../widgets';

/** So long changes are gathered: a training that is fast is not asked for at its pace. */
const REST_MS = 1500;

export function useRecordedRun(
  kernelId: string | null,
  runId: string | null
): RunRow | null {
  const { api, changes, store } = useTrackbook();
  const listed = useTrackbookState(state =>
    runId === null ? null : (state.runs[runId] ?? null)
  );
  const [read, setRead] = useState<RunRow | null>(null);

  useEffect(() => {
    if (kernelId === null || runId === null) {
      return;
    }
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (change: number): Promise<void> => {
      timer = undefined;
      const known = store.getState().runs[runId];
      if (
        document.visibilityState === 'hidden' ||
        (known !== undefined && known.change >= change)
      ) {
        return;
      }
      try {
        const { runs } = await api.listRuns({ kernel_id: kernelId, limit: 5 });
        const run = runs.find(({ run_id }) => run_id === runId);
        if (wanted && run !== undefined) {
          setRead(run);
        }
      } catch {
        // The name is known without it; the next change asks again.
      }
    };
    const onChanged = (_: IEventListener, changed: RunChanged): void => {
      if (changed.truncated || changed.run_ids.includes(runId)) {
        timer ??= setTimeout(() => void ask(changed.change), REST_MS);
      }
    };
    changes.runsChanged.connect(onChanged);
    void ask(0);
    return () => {
      wanted = false;
      clearTimeout(timer);
      changes.runsChanged.disconnect(onChanged);
    };
  }, [api, changes, kernelId, runId, store]);

  const own = read?.run_id === runId ? read : null;
  return (own?.change ?? 0) > (listed?.change ?? 0) ? own : listed;
}
