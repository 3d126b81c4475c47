/**
 * Turns executions of a document into captures, sending only the cells that the server
 * lacks. It knows no JupyterLab: a document is a frame, cells, and word of their change.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { messageOf } from '../api';
import type { Capture, Captured } from '../contract';

export type JsonObject = { readonly [key: string]: unknown };

/** A cell of a document; the same object as long as it is the same cell. */
export type SourceCell = {
  readonly toJSON: () => JsonObject;
  /** Calls back on every change of what `toJSON` would give. */
  readonly onChange: (changed: () => void) => void;
};

export type SourceDocument = {
  /** The notebook without its cells. */
  readonly frame: () => JsonObject;
  readonly cells: () => readonly SourceCell[];
};

export type CaptureOptions = {
  readonly clientId: string;
  /** The path of the notebook's session, as the server knows it. */
  readonly notebookPath: () => string | null;
  readonly document: SourceDocument;
  readonly send: (capture: Capture) => Promise<Captured>;
  /** Says why captures do not arrive; null once they do again. */
  readonly onTrouble: (trouble: string | null) => void;
  readonly newKey: () => string;
  readonly trans: TranslationBundle;
};

/** A cell's content under one key; its body is let go once the server has it. */
type CellRecord = {
  readonly key: string;
  readonly cell: SourceCell;
  body: JsonObject | null;
};

/** A document at one moment. */
export type Snapshot = {
  readonly frame: JsonObject;
  readonly records: readonly CellRecord[];
};

type Job = {
  readonly kernelId: string | null;
  readonly moment: Capture['moment'];
  readonly messages: Record<string, string>;
  snapshot: Snapshot;
};

/** Messages that follow each other this closely are one capture. */
export const TOGETHER_MS = 0;
/** Outputs still arrive for a moment after a reply. */
export const SETTLE_MS = 300;
/** A long Run All is captured on its way, too. */
export const LONGEST_SETTLE_MS = 2_000;
export const RETRY_MS = 2_000;

export class CaptureTracker {
  constructor(private readonly options: CaptureOptions) {}

  /** The document as it is now; cells that have not changed keep their key. */
  snapshot(): Snapshot {
    const { document } = this.options;
    return {
      frame: document.frame(),
      records: document.cells().map(cell => this.recordOf(cell))
    };
  }

  /** A request has left; `snapshot`: the document then, if it was taken earlier. */
  scheduled(
    kernelId: string,
    messages: Readonly<Record<string, string>>,
    snapshot: Snapshot = this.snapshot()
  ): void {
    const job = this.scheduling;
    if (job?.kernelId === kernelId) {
      Object.assign(job.messages, messages);
      job.snapshot = snapshot;
      return;
    }
    this.flushScheduled();
    this.scheduling = {
      kernelId,
      moment: 'scheduled',
      messages: { ...messages },
      snapshot
    };
    this.scheduleTimer = setTimeout(() => {
      this.flushScheduled();
    }, TOGETHER_MS);
  }

  /** A request is done; its outputs may still be arriving. */
  ended(kernelId: string, messages: Readonly<Record<string, string>>): void {
    if (this.ending !== null && this.ending.kernelId !== kernelId) {
      this.flushEnded();
    }
    this.ending ??= { kernelId, messages: {}, since: Date.now() };
    Object.assign(this.ending.messages, messages);
    clearTimeout(this.endTimer);
    const waited = Date.now() - this.ending.since;
    const pause = Math.max(0, Math.min(SETTLE_MS, LONGEST_SETTLE_MS - waited));
    this.endTimer = setTimeout(() => {
      this.flushEnded();
    }, pause);
  }

  /** Has the document kept as it is now, and answers which revision it is. */
  async keep(kernelId: string | null): Promise<Captured> {
    const snapshot = this.snapshot();
    // What was seen before must arrive before.
    this.flushScheduled();
    const job: Job = { kernelId, moment: 'kept', messages: {}, snapshot };
    const kept = this.queue.then(async () => this.attempt(job));
    this.queue = kept.then(
      () => undefined,
      () => undefined
    );
    return kept;
  }

  /** Sends what waits, at once. */
  flush(): void {
    this.flushScheduled();
    this.flushEnded();
  }

  dispose(): void {
    this.flush();
    this.disposed = true;
  }

  private flushScheduled(): void {
    clearTimeout(this.scheduleTimer);
    const job = this.scheduling;
    this.scheduling = null;
    if (job !== null) {
      this.enqueue(job);
    }
  }

  private flushEnded(): void {
    clearTimeout(this.endTimer);
    const ending = this.ending;
    this.ending = null;
    if (ending !== null) {
      const { kernelId, messages } = ending;
      // The documents must arrive in their order.
      this.flushScheduled();
      const snapshot = this.snapshot();
      this.enqueue({ kernelId, moment: 'ended', messages, snapshot });
    }
  }

  private recordOf(cell: SourceCell): CellRecord {
    const known = this.records.get(cell);
    if (known !== undefined && !this.dirty.has(cell)) {
      return known;
    }
    if (known === undefined) {
      cell.onChange(() => {
        this.dirty.add(cell);
      });
    }
    this.dirty.delete(cell);
    const record = { key: this.options.newKey(), cell, body: cell.toJSON() };
    this.records.set(cell, record);
    return record;
  }

  private enqueue(job: Job): void {
    this.queue = this.queue.then(async () => this.deliver(job));
  }

  private async deliver(job: Job): Promise<void> {
    try {
      await this.attempt(job);
    } catch {
      await pause(this.disposed ? 0 : RETRY_MS);
      try {
        await this.attempt(job);
      } catch (thrown) {
        // Its cells stay unsent and go with the next capture.
        this.options.onTrouble(messageOf(thrown));
        return;
      }
    }
    this.options.onTrouble(null);
  }

  private async attempt(job: Job): Promise<Captured> {
    const { trans } = this.options;
    let answer = await this.options.send(this.captureOf(job));
    if (answer.missing.length > 0) {
      this.recall(job, new Set(answer.missing));
      answer = await this.options.send(this.captureOf(job));
    }
    if (answer.missing.length > 0) {
      throw new Error(
        trans.__('The server does not keep the cells that it is sent.')
      );
    }
    for (const record of job.snapshot.records) {
      record.body = null;
    }
    return answer;
  }

  private captureOf({ kernelId, moment, messages, snapshot }: Job): Capture {
    const cells: Record<string, JsonObject> = {};
    for (const { key, body } of snapshot.records) {
      if (body !== null) {
        cells[key] = body;
      }
    }
    return {
      kernel_id: kernelId,
      client_id: this.options.clientId,
      notebook_path: this.options.notebookPath(),
      moment,
      messages,
      frame: snapshot.frame,
      cell_keys: snapshot.records.map(record => record.key),
      cells
    };
  }

  /**
   * Brings back bodies that the server has forgotten. Where a cell has changed since,
   * its present content stands in under a new key: what it was is nowhere any more.
   */
  private recall(job: Job, missing: ReadonlySet<string>): void {
    const records = job.snapshot.records.map(record => {
      if (!missing.has(record.key) || record.body !== null) {
        return record;
      }
      const current = this.recordOf(record.cell);
      current.body ??= current.cell.toJSON();
      return current;
    });
    job.snapshot = { ...job.snapshot, records };
  }

  private readonly records = new WeakMap<SourceCell, CellRecord>();
  private readonly dirty = new WeakSet<SourceCell>();
  private scheduling: Job | null = null;
  private ending: {
    readonly kernelId: string;
    readonly messages: Record<string, string>;
    readonly since: number;
  } | null = null;
  private scheduleTimer: ReturnType<typeof setTimeout> | undefined;
  private endTimer: ReturnType<typeof setTimeout> | undefined;
  private queue: Promise<void> = Promise.resolve();
  private disposed = false;
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms));
}
