import { describe, expect, it } from 'vitest';

import { makeExecution, makeOutputs } from '../../tests/views';
import { ApiError } from '../api';
import type { OutputQuery } from '../api';
import type { CellExecution, ExecutionOutputs, RunOutputs } from '../contract';
import { NO_OUTPUTS, OutputsReader } from './outputs-reader';
import type { OutputsState } from './outputs-reader';

/** A server that answers when it is told to, and a reader of it. */
class Stage {
  readonly asked: OutputQuery[] = [];
  state: OutputsState = NO_OUTPUTS;
  outputs: ExecutionOutputs[] = [];
  refuses = false;
  private waiting: (() => void)[] = [];

  readonly reader = new OutputsReader(
    {
      outputs: async (runId, query) => {
        this.asked.push(query);
        await new Promise<void>(resolve => this.waiting.push(resolve));
        if (this.refuses) {
          throw new ApiError({ kind: 'offline' });
        }
        return this.page(runId, query);
      }
    },
    'r1',
    state => {
      this.state = state;
    }
  );

  private page(runId: string, query: OutputQuery): RunOutputs {
    const start = Number(query.cursor ?? 0);
    const whole = query.execution_id !== undefined;
    return {
      run_id: runId,
      executions: whole
        ? this.outputs.filter(one => one.execution_id === query.execution_id)
        : this.outputs.slice(start, start + 2),
      next_cursor:
        whole || start + 2 >= this.outputs.length ? null : String(start + 2),
      change: 1
    };
  }

  async answer(): Promise<void> {
    this.waiting.shift()?.();
    await new Promise(resolve => setTimeout(resolve));
  }

  get heldIds(): string[] {
    return [...this.state.held.keys()];
  }
}

function execution(
  id: string,
  part: Partial<CellExecution> = {}
): CellExecution {
  return makeExecution({ execution_id: id, output_count: 1, ...part });
}

const line = (id: string, text = id): ExecutionOutputs =>
  makeOutputs(id, [{ kind: 'stream', name: 'stdout', text }]);

describe('the reader of a run’s outputs', () => {
  it('reads the first page, and the next when asked for', async () => {
    const stage = new Stage();
    stage.outputs = ['a', 'b', 'c'].map(id => line(id));
    stage.reader.follow(['a', 'b', 'c'].map(id => execution(id)));
    await stage.answer();
    expect(stage.heldIds).toEqual(['a', 'b']);
    expect(stage.state.hasMore).toBe(true);
    stage.reader.more();
    await stage.answer();
    expect(stage.heldIds).toEqual(['a', 'b', 'c']);
    expect(stage.state.hasMore).toBe(false);
    stage.reader.more();
    expect(stage.asked).toEqual([{}, { cursor: '2' }]);
  });

  it('reads again what runs or has changed, and nothing else', async () => {
    const stage = new Stage();
    stage.outputs = [line('a'), line('b')];
    stage.reader.follow([
      execution('a'),
      execution('b', { status: 'running' })
    ]);
    await stage.answer();
    stage.outputs = [line('a'), line('b', 'b and more')];
    stage.reader.follow([execution('a'), execution('b')]);
    await stage.answer();
    expect(stage.asked.slice(1)).toEqual([{ execution_id: 'b' }]);
    expect(stage.state.held.get('b')?.outputs[0]?.text).toBe('b and more');
    stage.reader.follow([execution('a'), execution('b')]);
    expect(stage.asked.length).toBe(2);
  });

  it('asks once for what changed many times while the server answers', async () => {
    const stage = new Stage();
    stage.outputs = [line('a')];
    const going = execution('a', { status: 'running' });
    for (let index = 0; index < 50; index += 1) {
      stage.reader.follow([going]);
    }
    await stage.answer();
    await stage.answer();
    expect(stage.asked).toEqual([{}, { execution_id: 'a' }]);
  });

  it('keeps what is as it was, so that it is not drawn again', async () => {
    const stage = new Stage();
    stage.outputs = [
      makeOutputs('a', [{ data: { 'text/plain': '1' } }, { text: 'x' }])
    ];
    stage.reader.follow([execution('a', { status: 'running' })]);
    await stage.answer();
    const [first, second] = stage.state.held.get('a')?.outputs ?? [];
    stage.outputs = [
      makeOutputs('a', [{ data: { 'text/plain': '1' } }, { text: 'xy' }])
    ];
    stage.reader.follow([execution('a', { status: 'running' })]);
    await stage.answer();
    const [again, grown] = stage.state.held.get('a')?.outputs ?? [];
    expect(again).toBe(first);
    expect(grown).not.toBe(second);
    expect(grown?.text).toBe('xy');
  });

  it('reads an execution whole when it is looked at, if its page had a part', async () => {
    const stage = new Stage();
    stage.outputs = [makeOutputs('a', [{ text: '1' }], 3), line('b')];
    stage.reader.follow([execution('a'), execution('b')]);
    await stage.answer();
    stage.reader.watch('b', true);
    stage.reader.watch('a', true);
    expect(stage.asked.slice(1)).toEqual([{ execution_id: 'a' }]);
  });

  it('forgets what was cleared', async () => {
    const stage = new Stage();
    stage.outputs = [line('a')];
    stage.reader.follow([execution('a', { status: 'running' })]);
    await stage.answer();
    stage.outputs = [makeOutputs('a', [])];
    stage.reader.follow([
      execution('a', { status: 'running', output_count: 0 })
    ]);
    await stage.answer();
    expect(stage.heldIds).toEqual([]);
  });

  it('says that the server does not answer, and tries again when asked', async () => {
    const stage = new Stage();
    stage.outputs = [line('a')];
    stage.refuses = true;
    stage.reader.follow([execution('a')]);
    await stage.answer();
    expect(stage.state.failure).toEqual({ kind: 'offline' });
    stage.refuses = false;
    stage.reader.retry();
    await stage.answer();
    expect(stage.state.failure).toBeNull();
    expect(stage.heldIds).toEqual(['a']);
  });
});
