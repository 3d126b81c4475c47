import { describe, expect, it, vi } from 'vitest';

import { sampleApi, sampleMetric, sampleTrackbook } from '../../tests/samples';
import type { RunningList, RunningRun } from '../contract';
import { CommandIDs } from '../tokens';
import { RunningSection } from './section';

function running(change: Partial<RunningRun>): RunningRun {
  return {
    run_id: 'r1',
    number: 1,
    name: 'lr 0.003',
    experiment: 'churn',
    notebook_path: 'a/churn.ipynb',
    started_at: '2026-11-23T12:00:00.000000Z',
    status: 'running',
    host: 'here',
    pid: 7,
    kernel_id: 'k1',
    is_here: true,
    is_busy: true,
    main_metric: sampleMetric(),
    cell: {
      cell_id: 'c1',
      execution_id: 'x1',
      source: 'model.fit()',
      started_at: '2026-11-23T12:00:00.000000Z'
    },
    ...change
  } as RunningRun;
}

async function section(runs: readonly RunningRun[]) {
  const list: RunningList = {
    runs: [...runs],
    total: runs.length,
    change: 3,
    host: 'here'
  };
  const api = sampleApi({ running: async () => list });
  const trackbook = sampleTrackbook(api);
  const interrupted: unknown[] = [];
  trackbook.commands.addCommand(CommandIDs.interruptKernel, {
    execute: ({ kernelId }) => {
      interrupted.push(kernelId);
    }
  });
  const panel = document.createElement('div');
  panel.id = 'jp-running-sessions';
  panel.getClientRects = () => [{}] as unknown as DOMRectList;
  document.body.replaceChildren(panel);
  const made = new RunningSection(trackbook);
  const changed = vi.fn();
  made.runningChanged.connect(changed);
  made.refreshRunning();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  return { made, trackbook, interrupted };
}

describe('the section of recorded runs', () => {
  it('opens a run, and interrupts what executes on this server', async () => {
    const { made, trackbook, interrupted } = await section([
      running({}),
      running({ run_id: 'r2', cell: null }),
      running({ run_id: 'r3', kernel_id: 'k3', is_here: false })
    ]);
    const [executing, between, elsewhere] = made.running();
    expect(executing?.label()).toBe('lr 0.003');
    expect(executing?.detail?.()).toBe('churn.ipynb');
    expect(between?.shutdown).toBeUndefined();
    expect(elsewhere?.shutdown).toBeUndefined();
    executing?.open?.();
    expect(trackbook.executed).toEqual([
      { id: CommandIDs.openRun, args: { runId: 'r1' } }
    ]);
    made.shutdownAll();
    expect(interrupted).toEqual(['k1']);
  });

  it('reads nothing while JupyterLab’s panel is hidden', async () => {
    const asked = vi.fn();
    const made = new RunningSection(
      sampleTrackbook(sampleApi({ running: asked }))
    );
    document.body.replaceChildren();
    expect(made.running()).toEqual([]);
    await new Promise(resolve => setTimeout(resolve, 5));
    made.refreshRunning();
    expect(asked).not.toHaveBeenCalled();
  });
});
