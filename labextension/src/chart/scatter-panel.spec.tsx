import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { WideObserver } from '../../tests/plot';
import {
  makeChartedRun,
  makeStage,
  makeSubject,
  show
} from '../../tests/views';
import type { ChartedRun, ChartSubject } from '../contract';
import { SCATTER_SETTINGS } from './panel-settings';
import type { PanelOf } from './panels';
import { ScatterPanel } from './scatter-panel';

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', WideObserver);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const RUNS = [0.1, 0.01, 0.001].map((lr, index) =>
  makeChartedRun({
    run_id: `r${index + 1}`,
    number: index + 1,
    name: `run ${index + 1}`,
    params: { optimizer: index === 0 ? 'sgd' : 'adam', lr },
    metrics: { acc: { last: 0.7 + index / 10, min: 0, max: 1, count: 9 } }
  })
);

function Harness({ subject }: { readonly subject: ChartSubject }): JSX.Element {
  const [panel, setPanel] = useState<PanelOf<'scatter'>>({
    id: '0',
    kind: 'scatter',
    isWide: false,
    settings: SCATTER_SETTINGS
  });
  return (
    <ScatterPanel
      panel={panel}
      onChange={next => setPanel(next as PanelOf<'scatter'>)}
      title="acc against lr"
      actions={null}
      height={260}
      subject={subject}
      hidden={new Set()}
      onKeep={() => undefined}
      active
    />
  );
}

async function showScatter(runs: readonly ChartedRun[]): Promise<void> {
  const subject = makeSubject(runs);
  show(makeStage({ subject }), <Harness subject={subject} />);
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

describe('a scatter', () => {
  it('suggests a metric over a param of numbers, and says how well they go together', async () => {
    await showScatter(RUNS);
    expect(screen.getByRole('figure').ariaLabel).toBe(
      'Scatter of acc against lr: run 3, lr 0.001, acc 0.9000; run 2, lr 0.01, acc 0.8000; run 1, lr 0.1, acc 0.7000'
    );
    expect(screen.getByRole('note').textContent).toBe(
      'Trend (falling, logarithm of lr): r² 1.00, Spearman’s ρ −1.00, n = 3.'
    );
    await userEvent.click(screen.getByRole('button', { name: 'log x' }));
    expect(screen.getByRole('note').textContent).toBe(
      'Trend (falling): r² 0.82, Spearman’s ρ −1.00, n = 3.'
    );
  });

  it('goes from run to run along x', async () => {
    await showScatter(RUNS);
    const figure = screen.getByRole('figure');
    fireEvent.keyDown(figure, { key: 'ArrowRight' });
    expect(figure.textContent).toContain('run 3, lr 0.001, acc 0.9000');
    fireEvent.keyDown(figure, { key: 'End' });
    expect(figure.textContent).toContain('run 1, lr 0.1, acc 0.7000');
  });

  it('has no trend of words, nor of two runs', async () => {
    await showScatter(RUNS);
    await userEvent.selectOptions(
      screen.getByRole('combobox', { name: 'X axis' }),
      'optimizer'
    );
    expect(screen.getByRole('note').textContent).toBe(
      'No trend: optimizer is made of words.'
    );
    expect(
      screen.getByRole<HTMLButtonElement>('button', { name: 'log x' }).disabled
    ).toBe(true);
  });

  it('says what it takes where there is too little', async () => {
    await showScatter(RUNS.slice(0, 2));
    expect(screen.getByRole('note').textContent).toBe(
      'No trend: it takes three runs or more.'
    );
  });

  it('says so where there is nothing to compare', async () => {
    await showScatter([makeChartedRun()]);
    expect(
      screen.getByText(/There is nothing to put on two axes/)
    ).toBeTruthy();
  });
});
