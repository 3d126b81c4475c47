/**
 * Reads what a run's executions put out: page by page, and again what may have changed.
 */
import { failureOf } from '../api';
import type { Api, Failure } from '../api';
import type { CellExecution, ExecutionOutputs, RunOutputs } from '../contract';

export type OutputsState = {
  /** By execution; one that put out nothing is not there. */
  readonly held: ReadonlyMap<string, ExecutionOutputs>;
  readonly phase: 'reading' | 'ready' | 'failed';
  readonly failure: Failure | null;
  /** Whether executions follow that no page so far told of. */
  readonly hasMore: boolean;
};

export const NO_OUTPUTS: OutputsState = {
  held: new Map(),
  phase: 'reading',
  failure: null,
  hasMore: true
};

/** What a page of outputs can be asked for. */
type Wish = 'page' | { readonly executionId: string };

type Seen = Pick<CellExecution, 'status' | 'output_count'>;

/**
 * One request at a time, so that a run that prints faster than the server answers is
 * asked no faster; a wish for the same thing is kept once.
 */
export class OutputsReader {
  constructor(
    private readonly api: Pick<Api, 'outputs'>,
    private readonly runId: string,
    private readonly show: (state: OutputsState) => void
  ) {}

  /** Reads again what the run, as it is now, may have put out since. */
  follow(executions: readonly CellExecution[]): void {
    const before = this.seen;
    this.seen = new Map(
      executions.map(one => [
        one.execution_id,
        { status: one.status, output_count: one.output_count }
      ])
    );
    if (before === null) {
      this.wish('page');
      return;
    }
    for (const { execution_id: id, status, output_count } of executions) {
      const known = before.get(id);
      const changed =
        known?.status !== status || known.output_count !== output_count;
      // A text can grow where the count stays, and a thread may print after the end.
      if (status === 'running' || changed || this.watched.has(id)) {
        if (output_count > 0 || this.state.held.has(id)) {
          this.wish({ executionId: id });
        }
      }
    }
  }

  /** Reads the next page. */
  more(): void {
    this.wish('page');
  }

  /** Someone looks at an execution's outputs (or no longer): they are to be whole. */
  watch(executionId: string, looking: boolean): void {
    if (!looking) {
      this.watched.delete(executionId);
      return;
    }
    this.watched.add(executionId);
    const held = this.state.held.get(executionId);
    if (held === undefined || held.count > held.outputs.length) {
      this.wish({ executionId });
    }
  }

  retry(): void {
    if (this.failed !== null) {
      const wish = this.failed;
      this.failed = null;
      this.wish(wish);
    }
  }

  dispose(): void {
    this.disposed = true;
  }

  private wish(wish: Wish): void {
    const key = wish === 'page' ? '' : wish.executionId;
    // The first page comes first: it may tell of the execution already.
    this.wishes.set(key, wish);
    if (!this.busy) {
      void this.grant();
    }
  }

  private async grant(): Promise<void> {
    this.busy = true;
    for (;;) {
      const [next] = this.wishes;
      if (next === undefined || this.disposed) {
        break;
      }
      const [key, wish] = next;
      this.wishes.delete(key);
      if (wish === 'page' && !this.state.hasMore) {
        continue;
      }
      try {
        const answer = await this.api.outputs(this.runId, this.queryOf(wish));
        this.receive(wish, answer);
      } catch (thrown) {
        this.failed = wish;
        this.wishes.clear();
        this.set({ phase: 'failed', failure: failureOf(thrown) });
      }
    }
    this.busy = false;
  }

  private queryOf(wish: Wish): { cursor?: string; execution_id?: string } {
    if (wish !== 'page') {
      return { execution_id: wish.executionId };
    }
    return this.cursor === null ? {} : { cursor: this.cursor };
  }

  private receive(wish: Wish, answer: RunOutputs): void {
    const held = new Map(this.state.held);
    for (const one of answer.executions) {
      if (one.count === 0) {
        held.delete(one.execution_id);
      } else {
        held.set(one.execution_id, keep(held.get(one.execution_id), one));
      }
    }
    if (wish === 'page') {
      this.cursor = answer.next_cursor;
    }
    const hasMore =
      wish === 'page' ? answer.next_cursor !== null : this.state.hasMore;
    this.set({ held, phase: 'ready', failure: null, hasMore });
  }

  private set(change: Partial<OutputsState>): void {
    this.state = { ...this.state, ...change };
    if (!this.disposed) {
      this.show(this.state);
    }
  }

  private state: OutputsState = NO_OUTPUTS;
  private seen: ReadonlyMap<string, Seen> | null = null;
  private readonly watched = new Set<string>();
  private readonly wishes = new Map<string, Wish>();
  private failed: Wish | null = null;
  private cursor: string | null = null;
  private busy = false;
  private disposed = false;
}

/** The newer outputs; what is as it was stays the same object, and is not drawn again. */
function keep(
  before: ExecutionOutputs | undefined,
  after: ExecutionOutputs
): ExecutionOutputs {
  const outputs = after.outputs.map((output, index) => {
    const was = before?.outputs[index];
    return JSON.stringify(was) === JSON.stringify(output) && was !== undefined
      ? was
      : output;
  });
  return { ...after, outputs };
}
