import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Capture, Captured } from '../contract';
import { trans } from '../../tests/samples';
import { CaptureTracker, RETRY_MS, SETTLE_MS } from './capture-tracker';
import type { SourceCell } from './capture-tracker';

/** A cell that counts how often it was written out. */
class Cell implements SourceCell {
  constructor(public source: string) {}
  written = 0;
  private heard: (() => void)[] = [];

  readonly toJSON = () => {
    this.written += 1;
    return { source: this.source };
  };

  readonly onChange = (changed: () => void): void => {
    this.heard.push(changed);
  };

  edit(source: string): void {
    this.source = source;
    this.heard.forEach(changed => {
      changed();
    });
  }
}

/** A server that keeps bodies by key, as the real one does. */
class Server {
  readonly captures: Capture[] = [];
  readonly bodies = new Map<string, unknown>();
  failures = 0;

  readonly send = async (capture: Capture): Promise<Captured> => {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('away');
    }
    this.captures.push(capture);
    for (const [key, body] of Object.entries(capture.cells)) {
      this.bodies.set(key, body);
    }
    const missing = capture.cell_keys.filter(key => !this.bodies.has(key));
    const revision_id = missing.length > 0 ? null : 'rev';
    return { revision_id, number: null, redacted_count: 0, missing };
  };

  /** The sources of a capture, as the server would join them. */
  document(capture: Capture | undefined): unknown[] {
    return (capture?.cell_keys ?? []).map(key => this.bodies.get(key));
  }
}

describe('the capture tracker', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(...sources: string[]) {
    const cells = sources.map(source => new Cell(source));
    const server = new Server();
    const troubles: (string | null)[] = [];
    let keys = 0;
    const tracker = new CaptureTracker({
      clientId: 'c1',
      notebookPath: () => 'train.ipynb',
      document: { frame: () => ({ nbformat: 4 }), cells: () => cells },
      send: server.send,
      onTrouble: trouble => troubles.push(trouble),
      newKey: () => `key${(keys += 1)}`,
      trans
    });
    return { cells, server, tracker, troubles };
  }

  const settle = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
  };

  it('sends all cells first, then those that changed', async () => {
    const { cells, server, tracker } = start('a', 'b', 'c');
    tracker.scheduled('k1', { m1: 'cell1' });
    await settle();
    cells[1]?.edit('B');
    tracker.scheduled('k1', { m2: 'cell2' });
    await settle();
    expect(
      server.captures.map(capture => Object.keys(capture.cells).length)
    ).toEqual([3, 1]);
    expect(server.document(server.captures[1])).toEqual([
      { source: 'a' },
      { source: 'B' },
      { source: 'c' }
    ]);
    expect(cells.map(cell => cell.written)).toEqual([1, 2, 1]);
  });

  it('makes the messages of one Run All one capture', async () => {
    const { server, tracker } = start('a', 'b');
    tracker.scheduled('k1', { m1: 'cell1' });
    tracker.scheduled('k1', { m2: 'cell2' });
    await settle();
    expect(server.captures).toHaveLength(1);
    expect(server.captures[0]).toMatchObject({
      moment: 'scheduled',
      messages: { m1: 'cell1', m2: 'cell2' }
    });
  });

  it('captures the document of the moment, not that of the sending', async () => {
    const { cells, server, tracker } = start('as sent');
    tracker.scheduled('k1', { m1: 'cell1' });
    cells[0]?.edit('edited while it ran');
    await settle();
    expect(server.document(server.captures[0])).toEqual([
      { source: 'as sent' }
    ]);
  });

  it('completes it once outputs have settled, after the scheduled one', async () => {
    const { cells, server, tracker } = start('a');
    tracker.scheduled('k1', { m1: 'cell1' });
    tracker.ended('k1', { m1: 'cell1' });
    cells[0]?.edit('with output');
    await settle();
    expect(server.captures.map(capture => capture.moment)).toEqual([
      'scheduled',
      'ended'
    ]);
    expect(server.document(server.captures[1])).toEqual([
      { source: 'with output' }
    ]);
  });

  it('completes what ends together in one capture', async () => {
    const { server, tracker } = start('a', 'b');
    tracker.ended('k1', { m1: 'cell1' });
    await vi.advanceTimersByTimeAsync(SETTLE_MS - 1);
    tracker.ended('k1', { m2: 'cell2' });
    await settle();
    expect(server.captures.map(capture => capture.messages)).toEqual([
      { m1: 'cell1', m2: 'cell2' }
    ]);
  });

  it('sends again what the server has forgotten', async () => {
    const { server, tracker, troubles } = start('a', 'b');
    tracker.scheduled('k1', { m1: 'cell1' });
    await settle();
    server.bodies.clear();
    tracker.scheduled('k1', { m2: 'cell2' });
    await settle();
    expect(server.captures).toHaveLength(3);
    expect(server.document(server.captures[2])).toEqual([
      { source: 'a' },
      { source: 'b' }
    ]);
    expect(troubles.at(-1)).toBeNull();
  });

  it('tries once more, then says so, and loses no cell', async () => {
    const { server, tracker, troubles } = start('a');
    server.failures = 2;
    tracker.scheduled('k1', { m1: 'cell1' });
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    expect(server.captures).toEqual([]);
    expect(troubles).toEqual(['away']);
    tracker.scheduled('k1', { m2: 'cell1' });
    await settle();
    expect(server.document(server.captures[0])).toEqual([{ source: 'a' }]);
    expect(troubles).toEqual(['away', null]);
  });

  it('keeps the present after what was seen before, also without a kernel', async () => {
    const { cells, server, tracker, troubles } = start('a');
    tracker.scheduled('k1', { m1: 'cell1' });
    cells[0]?.edit('unsaved');
    const kept = await tracker.keep(null);
    expect(kept.revision_id).toBe('rev');
    expect(server.captures.map(({ moment }) => moment)).toEqual([
      'scheduled',
      'kept'
    ]);
    expect(server.captures[1]).toMatchObject({ kernel_id: null, messages: {} });
    expect(server.document(server.captures[1])).toEqual([
      { source: 'unsaved' }
    ]);
    expect(troubles).toEqual([null]);
  });

  it('tells who asked that the present could not be kept', async () => {
    const { server, tracker } = start('a');
    server.failures = 1;
    await expect(tracker.keep('k1')).rejects.toThrow('away');
    await tracker.keep('k1');
    expect(server.document(server.captures[0])).toEqual([{ source: 'a' }]);
  });

  it('keeps the kernels of a notebook apart', async () => {
    const { server, tracker } = start('a');
    tracker.scheduled('k1', { m1: 'cell1' });
    tracker.scheduled('k2', { m2: 'cell1' });
    await settle();
    expect(server.captures.map(capture => capture.kernel_id)).toEqual([
      'k1',
      'k2'
    ]);
  });

  it('sends what waits when the notebook is closed', async () => {
    const { server, tracker } = start('a');
    tracker.ended('k1', { m1: 'cell1' });
    tracker.dispose();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.captures.map(capture => capture.moment)).toEqual(['ended']);
  });
});
