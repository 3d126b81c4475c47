/**
 * Hears of changes: from the event bus at once, by asking now and then where the bus
 * is silent (a proxy without websockets, an older server).
 */
import type { IDisposable } from '@lumino/disposable';
import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { RunChanged } from './contract';

export const RUN_CHANGED = 'https://trackbook.dev/schemas/run-changed/v1';
export const RECORDING_CHANGED =
  'https://trackbook.dev/schemas/recording-changed/v1';

/** What the event bus offers; `serviceManager.events.stream` but in tests. */
export type EventStream = ISignal<unknown, Event.Emission>;

/** Announces the runs that changed, and recordings that did, as they are heard of. */
export interface IEventListener extends IDisposable {
  readonly runsChanged: ISignal<IEventListener, RunChanged>;
  /** The kernel ids whose recording changed. */
  readonly recordingChanged: ISignal<IEventListener, string>;
  /** When the bus last said anything of ours, in ms; null: never. */
  readonly heardAt: number | null;
  /** How long changed runs are gathered before they are announced; 0: not at all. */
  gatherMs: number;
}

export class EventListener implements IEventListener {
  constructor(
    private readonly stream: EventStream,
    private readonly clock: () => number = Date.now
  ) {
    stream.connect(this.onEmission, this);
  }

  readonly runsChanged: Signal<IEventListener, RunChanged> = new Signal(this);
  readonly recordingChanged: Signal<IEventListener, string> = new Signal(this);
  heardAt: number | null = null;
  gatherMs = 0;
  isDisposed = false;

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.stream.disconnect(this.onEmission, this);
    Signal.clearData(this);
  }

  private onEmission(_: unknown, emission: Event.Emission): void {
    if (emission.schema_id === RUN_CHANGED) {
      const changed = readRunChanged(emission);
      if (changed !== null) {
        this.heardAt = this.clock();
        this.announce(changed);
      }
    } else if (emission.schema_id === RECORDING_CHANGED) {
      const kernelId = emission['kernel_id'];
      if (typeof kernelId === 'string') {
        this.recordingChanged.emit(kernelId);
      }
    }
  }

  /** At once, or with what else comes until the time is over. */
  private announce(changed: RunChanged): void {
    if (this.gatherMs === 0 && this.gathered === null) {
      this.runsChanged.emit(changed);
      return;
    }
    this.gathered = joined(this.gathered, changed);
    this.timer ??= setTimeout(() => {
      const all = this.gathered;
      this.gathered = null;
      this.timer = undefined;
      if (all !== null) {
        this.runsChanged.emit(all);
      }
    }, this.gatherMs);
  }

  private gathered: RunChanged | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
}

function joined(before: RunChanged | null, after: RunChanged): RunChanged {
  return before === null
    ? after
    : {
        change: Math.max(before.change, after.change),
        run_ids: [...new Set([...before.run_ids, ...after.run_ids])],
        truncated: before.truncated || after.truncated
      };
}

function readRunChanged(emission: Event.Emission): RunChanged | null {
  const { change, run_ids, truncated } = emission;
  if (typeof change !== 'number' || !Array.isArray(run_ids)) {
    return null;
  }
  const ids = run_ids.filter((id): id is string => typeof id === 'string');
  return { change, run_ids: ids, truncated: truncated === true };
}

export type FollowOptions = {
  readonly listener: IEventListener;
  /** Reads what changed; resolves to whether anything had. */
  readonly refresh: () => Promise<boolean>;
  /** The change that is known already; hints up to it are old. */
  readonly known: () => number;
  /** Whether anyone looks: a hidden panel is brought up to date when it is shown. */
  readonly isVisible: () => boolean;
};

/** The pause in which hints are gathered into one request. */
export const GATHER_MS = 120;
/** How often to ask although the bus speaks: hints may be lost. */
export const CALM_POLL_MS = 30_000;
/** How often to ask once a change was found that the bus had not announced. */
export const EAGER_POLL_MS = 3_000;
const BACK_OFF = 1.5;

/** Keeps a reader up to date until it is disposed. */
export class Follower implements IDisposable {
  constructor(private readonly options: FollowOptions) {
    options.listener.runsChanged.connect(this.onHint, this);
    this.schedulePoll();
  }

  isDisposed = false;

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearTimeout(this.gathering);
    clearTimeout(this.polling);
    this.options.listener.runsChanged.disconnect(this.onHint, this);
  }

  /** Reads now: the panel was shown, or the connection is back. */
  refreshNow(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    void this.refresh();
  }

  private onHint(_: IEventListener, hint: RunChanged): void {
    this.pause = CALM_POLL_MS;
    if (hint.change <= this.options.known() && !hint.truncated) {
      return;
    }
    this.gather();
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, GATHER_MS);
  }

  private async refresh(): Promise<boolean> {
    if (this.isDisposed) {
      return false;
    }
    if (!this.options.isVisible()) {
      return false;
    }
    if (this.reading) {
      // One more, afterwards: the answer under way may be older than the hint.
      this.again = true;
      return false;
    }
    this.reading = true;
    try {
      return await this.options.refresh();
    } finally {
      this.reading = false;
      if (this.again) {
        this.again = false;
        this.gather();
      }
    }
  }

  private schedulePoll(): void {
    this.polling = setTimeout(() => void this.poll(), this.pause);
  }

  private async poll(): Promise<void> {
    const heardBefore = this.options.listener.heardAt;
    const found = await this.refresh();
    if (this.options.listener.heardAt === heardBefore) {
      // Eager as long as there is something to find that the bus does not announce.
      this.pause = found
        ? EAGER_POLL_MS
        : Math.min(CALM_POLL_MS, this.pause * BACK_OFF);
    }
    if (!this.isDisposed) {
      this.schedulePoll();
    }
  }

  // Until the bus has spoken it is not known to work.
  private pause = EAGER_POLL_MS;
  private reading = false;
  private again = false;
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private polling: ReturnType<typeof setTimeout> | undefined;
}
