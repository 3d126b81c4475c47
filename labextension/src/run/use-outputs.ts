/**
 * A run's outputs as React state, kept up with the run.
 */
import { useEffect, useRef, useState } from 'react';

import type { ExecutionOutputs, Run } from '../contract';
import { useServices } from '../views/context';
import { NO_OUTPUTS, OutputsReader } from './outputs-reader';
import type { OutputsState } from './outputs-reader';

export type Outputs = OutputsState & {
  readonly more: () => void;
  readonly retry: () => void;
  readonly watch: (executionId: string, looking: boolean) => void;
};

export function useOutputs(run: Run): Outputs {
  const { api } = useServices();
  const { run_id: runId, cell_executions: executions } = run;
  const [state, setState] = useState(NO_OUTPUTS);
  const reader = useRef<OutputsReader | null>(null);
  const putsOut = executions.some(one => one.output_count > 0);

  useEffect(() => {
    const current = new OutputsReader(api, runId, setState);
    reader.current = current;
    return () => {
      reader.current = null;
      current.dispose();
    };
  }, [api, runId]);

  useEffect(() => {
    // A run that put out nothing is not asked for it.
    if (putsOut) {
      reader.current?.follow(executions);
    }
  }, [executions, putsOut]);

  const [actions] = useState(() => ({
    more: () => reader.current?.more(),
    retry: () => reader.current?.retry(),
    watch: (executionId: string, looking: boolean) =>
      reader.current?.watch(executionId, looking)
  }));
  return { ...state, ...actions };
}

/** While its outputs are looked at, they are whole and follow the run. */
export function useWatched(
  outputs: Outputs,
  executionId: string
): ExecutionOutputs | null {
  const { watch } = outputs;
  useEffect(() => {
    watch(executionId, true);
    return () => watch(executionId, false);
  }, [watch, executionId]);
  return outputs.held.get(executionId) ?? null;
}
