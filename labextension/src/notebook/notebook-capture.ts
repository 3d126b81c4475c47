/**
 * Watches one open notebook and has its document captured while it is recorded.
 *
 * Never in the way: it only listens, and what fails is shown in the status bar.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api } from '../api';
import type { Captured } from '../contract';
import { isBeingRecorded, recordingOf } from '../recordings';
import type { RecordingStore } from '../recordings';
import { CaptureTracker } from './capture-tracker';
import type { Snapshot } from './capture-tracker';
import { MessageLog } from './message-log';
import { sharedDocument } from './shared-document';

export type CaptureSite = {
  readonly api: Api;
  readonly recordings: RecordingStore;
  readonly model: INotebookModel;
  readonly sessionContext: ISessionContext;
  readonly trans: TranslationBundle;
};

type Announced = {
  readonly cellId: string;
  readonly source: string;
  readonly snapshot: Snapshot;
};

/** Executions that wait for their message; more means that nobody sends any. */
const MAX_ANNOUNCED = 500;

export class NotebookCapture implements IDisposable {
  constructor(private readonly site: CaptureSite) {
    const { api, recordings, model, sessionContext, trans } = site;
    let keys = 0;
    this.tracker = new CaptureTracker({
      clientId: UUID.uuid4(),
      notebookPath: () => sessionContext.session?.path ?? sessionContext.path,
      document: sharedDocument(model.sharedModel),
      send: api.capture,
      onTrouble: recordings.actions.setCaptureTrouble,
      // Short, because every capture lists them all.
      newKey: () => (keys += 1).toString(36),
      trans
    });
    sessionContext.kernelChanged.connect(this.onKernel, this);
    this.onKernel();
  }

  isDisposed = false;

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    this.site.sessionContext.kernelChanged.disconnect(this.onKernel, this);
    this.kernel?.anyMessage.disconnect(this.onMessage, this);
    this.tracker.dispose();
  }

  /** A cell is about to be executed; its message may be sent by someone else. */
  announce(cellId: string, source: string): void {
    if (!this.isRecorded()) {
      return;
    }
    this.announced.push({ cellId, source, snapshot: this.tracker.snapshot() });
    this.announced.splice(0, this.announced.length - MAX_ANNOUNCED);
  }

  /** Has the document kept as it is now, recorded or not. */
  async keep(): Promise<Captured> {
    return this.tracker.keep(this.kernel?.id ?? null);
  }

  private onKernel(): void {
    const kernel = this.site.sessionContext.session?.kernel ?? null;
    if (kernel === this.kernel) {
      return;
    }
    this.kernel?.anyMessage.disconnect(this.onMessage, this);
    this.kernel = kernel;
    this.log = new MessageLog();
    this.running.clear();
    kernel?.anyMessage.connect(this.onMessage, this);
  }

  private onMessage(
    kernel: Kernel.IKernelConnection,
    args: Kernel.IAnyMessageArgs
  ): void {
    const executed = this.log.read(args);
    switch (executed?.kind) {
      case undefined:
        return;
      case 'sent':
        this.takeAnnounced(entry => entry.cellId === executed.cellId);
        this.onScheduled(kernel.id, executed.messageId, executed.cellId);
        return;
      case 'seen': {
        const found = this.takeAnnounced(
          entry => entry.source === executed.code
        );
        if (found !== null) {
          const { cellId, snapshot } = found;
          this.onScheduled(kernel.id, executed.messageId, cellId, snapshot);
        }
        return;
      }
      case 'done':
        void this.onDone(kernel.id, executed.messageId);
    }
  }

  private onScheduled(
    kernelId: string,
    messageId: string,
    cellId: string,
    snapshot?: Snapshot
  ): void {
    const captured = this.isRecorded();
    this.running.set(messageId, { cellId, captured });
    if (captured) {
      this.tracker.scheduled(kernelId, { [messageId]: cellId }, snapshot);
    }
  }

  private async onDone(kernelId: string, messageId: string): Promise<void> {
    const entry = this.running.get(messageId);
    if (entry === undefined) {
      return;
    }
    if (!this.isRecorded()) {
      // The cell itself may have switched recording on (%load_ext trackbook).
      await this.site.recordings.actions.read(kernelId);
    }
    this.running.delete(messageId);
    if (!this.isRecorded()) {
      return;
    }
    const late = this.takeUncaptured();
    if (!entry.captured) {
      late[messageId] = entry.cellId;
    }
    if (Object.keys(late).length > 0) {
      this.tracker.scheduled(kernelId, late);
    }
    this.tracker.ended(kernelId, { [messageId]: entry.cellId });
  }

  /** What was sent before it was known that the notebook records. */
  private takeUncaptured(): Record<string, string> {
    const late: Record<string, string> = {};
    for (const [messageId, entry] of this.running) {
      if (!entry.captured) {
        entry.captured = true;
        late[messageId] = entry.cellId;
      }
    }
    return late;
  }

  private takeAnnounced(
    matches: (entry: Announced) => boolean
  ): Announced | null {
    const index = this.announced.findIndex(matches);
    return index < 0 ? null : (this.announced.splice(index, 1)[0] ?? null);
  }

  private isRecorded(): boolean {
    const state = this.site.recordings.getState();
    return isBeingRecorded(
      recordingOf(state, this.kernel?.id ?? null).recording
    );
  }

  private readonly tracker: CaptureTracker;
  private readonly announced: Announced[] = [];
  private readonly running = new Map<
    string,
    { readonly cellId: string; captured: boolean }
  >();
  private kernel: Kernel.IKernelConnection | null = null;
  private log = new MessageLog();
}
