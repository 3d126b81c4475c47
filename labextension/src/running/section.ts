/**
 * The section "Recorded runs" of JupyterLab's panel of what runs.
 */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IRunningSessions } from '@jupyterlab/running';
import { stopIcon } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';

import { messageOf } from '../api';
import type { RunningRun } from '../contract';
import { Follower } from '../live';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import { runIcon } from '../views/icon';

/** JupyterLab's panel, in whichever area it stands. */
const PANEL = 'jp-running-sessions';

export class RunningSection implements IRunningSessions.IManager {
  constructor(private readonly trackbook: ITrackbook) {
    const { changes, trans } = trackbook;
    this.name = trans.__('Recorded Runs');
    this.shutdownLabel = trans.__('Interrupt');
    this.shutdownAllLabel = trans.__('Interrupt All');
    this.shutdownAllConfirmationText = trans.__(
      'Interrupt the kernels of this server whose cells are being recorded? The cells end with an error; the kernels and their recordings go on.'
    );
    this.follower = new Follower({
      listener: changes,
      refresh: async () => this.read(),
      known: () => this.change,
      isVisible
    });
    changes.runsChanged.connect(this.onChanged, this);
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;
  readonly shutdownItemIcon = stopIcon;
  readonly supportsMultipleViews = false;
  readonly runningChanged: Signal<this, void> = new Signal(this);

  running(): IRunningSessions.IRunningItem[] {
    if (this.isStale) {
      // The panel asks on its way to the front; nothing is read for a hidden one.
      setTimeout(() => this.follower.refreshNow());
    }
    return this.runs.map(run => this.itemOf(run));
  }

  refreshRunning(): void {
    this.follower.refreshNow();
  }

  shutdownAll(): void {
    void this.interrupt(this.runs);
  }

  private itemOf(run: RunningRun): IRunningSessions.IRunningItem {
    const { commands, trans } = this.trackbook;
    const where = run.notebook_path ?? run.experiment;
    return {
      icon: () => runIcon(run.number),
      label: () => run.name,
      labelTitle: () =>
        run.cell === null
          ? trans.__('Run %1 of %2, between two cells', run.name, where)
          : trans.__('Run %1 of %2, executing a cell', run.name, where),
      detail: () => PathExt.basename(where),
      open: () =>
        void commands.execute(CommandIDs.openRun, { runId: run.run_id }),
      // Elsewhere, or between two cells, there is nothing to interrupt.
      ...(kernelOf(run) === null
        ? {}
        : { shutdown: () => void this.interrupt([run]) })
    };
  }

  private async interrupt(runs: readonly RunningRun[]): Promise<void> {
    const kernelIds = runs.map(kernelOf).filter(id => id !== null);
    try {
      await Promise.all(
        [...new Set(kernelIds)].map(async kernelId =>
          this.trackbook.commands.execute(CommandIDs.interruptKernel, {
            kernelId
          })
        )
      );
    } catch (thrown) {
      Notification.error(messageOf(thrown), { autoClose: false });
    }
    this.follower.refreshNow();
  }

  private async read(): Promise<boolean> {
    try {
      const { change, runs } = await this.trackbook.api.running();
      const isNews = this.isStale || change !== this.change;
      this.change = change;
      this.runs = runs;
      this.isStale = false;
      if (isNews) {
        this.runningChanged.emit();
      }
      return isNews;
    } catch {
      // The Runs panel says why; what was read last stays, and is asked for again.
      return false;
    }
  }

  private onChanged(): void {
    // While it is seen, the follower sees to it.
    this.isStale ||= !isVisible();
  }

  private readonly follower: Follower;
  private runs: readonly RunningRun[] = [];
  private change = -1;
  private isStale = true;
}

/** The kernel that executes a cell of the run, where this server can interrupt it. */
function kernelOf({ cell, is_here, kernel_id }: RunningRun): string | null {
  return is_here && cell !== null ? kernel_id : null;
}

function isVisible(): boolean {
  const panel = document.getElementById(PANEL);
  return (
    document.visibilityState !== 'hidden' &&
    panel !== null &&
    panel.getClientRects().length > 0
  );
}
