/**
 * Loads one thing again and again, one request at a time, keeping what it has.
 */
import { failureOf } from '../api';
import type { Failure } from '../api';

export type Resource<T> =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'ready';
      readonly value: T;
      readonly problem: Failure | null;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * A request asked for while another is under way is made once, when that has ended,
 * so that a run that changes faster than the server answers is asked no faster.
 */
export class Loader<T> {
  constructor(
    private readonly load: () => Promise<T>,
    private readonly show: (state: Resource<T>) => void
  ) {}

  request(): void {
    if (this.disposed) {
      return;
    }
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    void this.run();
  }

  /** Takes over what came by another way; an answer under way may be older. */
  accept(value: T): void {
    this.again = this.busy;
    this.overtaken = this.busy;
    this.state = { kind: 'ready', value, problem: null };
    this.show(this.state);
  }

  dispose(): void {
    this.disposed = true;
  }

  private async run(): Promise<void> {
    let next: Resource<T>;
    try {
      next = { kind: 'ready', value: await this.load(), problem: null };
    } catch (thrown) {
      const failure = failureOf(thrown);
      // What was read before stays on the page, with a word that it is old.
      next =
        this.state.kind === 'ready'
          ? { ...this.state, problem: failure }
          : { kind: 'failed', failure };
    }
    this.busy = false;
    if (this.disposed) {
      return;
    }
    if (this.overtaken) {
      this.overtaken = false;
    } else {
      this.state = next;
      this.show(next);
    }
    if (this.again) {
      this.again = false;
      this.request();
    }
  }

  private state: Resource<T> = { kind: 'loading' };
  private busy = false;
  private again = false;
  private overtaken = false;
  private disposed = false;
}
