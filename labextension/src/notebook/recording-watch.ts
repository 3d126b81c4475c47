/**
 * Keeps what is known of a session's recording true while its kernel comes, restarts
 * and goes.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { RunChanged } from '../contract';
import type { IEventListener } from '../live';
import { isBeingRecorded, recordingOf } from '../recordings';
import type { RecordingStore } from '../recordings';

/** Word of a change is often followed by more. */
const GATHER_MS = 250;
/** How soon to look again while recording waits for the kernel. */
const WAITING_MS = 1_500;

export class RecordingWatch implements IDisposable {
  constructor(
    private readonly sessionContext: ISessionContext,
    private readonly recordings: RecordingStore,
    private readonly changes: IEventListener
  ) {
    sessionContext.kernelChanged.connect(this.onKernel, this);
    sessionContext.statusChanged.connect(this.onStatus, this);
    changes.recordingChanged.connect(this.onRecordingChanged, this);
    changes.runsChanged.connect(this.onRunsChanged, this);
    this.onKernel();
  }

  isDisposed = false;

  get kernelId(): string | null {
    return this.sessionContext.session?.kernel?.id ?? null;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.sessionContext.kernelChanged.disconnect(this.onKernel, this);
    this.sessionContext.statusChanged.disconnect(this.onStatus, this);
    this.changes.recordingChanged.disconnect(this.onRecordingChanged, this);
    this.changes.runsChanged.disconnect(this.onRunsChanged, this);
  }

  private onKernel(): void {
    const { kernelId } = this;
    if (this.lastKernelId !== null && this.lastKernelId !== kernelId) {
      this.recordings.actions.forget(this.lastKernelId);
    }
    this.lastKernelId = kernelId;
    if (kernelId !== null) {
      this.readSoon(0);
    }
  }

  private onStatus(_: unknown, status: Kernel.Status): void {
    const before = this.lastStatus;
    this.lastStatus = status;
    const ends = status === 'restarting' || status === 'autorestarting';
    const begins = status === 'idle' && before !== 'busy' && before !== 'idle';
    if (ends || begins || status === 'dead') {
      this.readSoon(GATHER_MS);
    }
  }

  private onRecordingChanged(_: IEventListener, kernelId: string): void {
    if (kernelId === this.kernelId) {
      this.readSoon(0);
    }
  }

  /** A run may have begun, ended, or got its name. */
  private onRunsChanged(_: IEventListener, { run_ids }: RunChanged): void {
    const { recording } = this.view();
    if (isBeingRecorded(recording) && run_ids.length > 0) {
      this.readSoon(GATHER_MS);
    }
  }

  private readSoon(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), pause);
  }

  private async read(): Promise<void> {
    const { kernelId } = this;
    if (kernelId === null || this.isDisposed) {
      return;
    }
    await this.recordings.actions.read(kernelId);
    // Disposed in the meantime, perhaps: then nobody asks again.
    if (this.view().recording?.state === 'waiting' && !this.hasEnded()) {
      this.readSoon(WAITING_MS);
    }
  }

  private hasEnded(): boolean {
    return this.isDisposed;
  }

  private view(): ReturnType<typeof recordingOf> {
    return recordingOf(this.recordings.getState(), this.kernelId);
  }

  private lastKernelId: string | null = null;
  private lastStatus: Kernel.Status | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
