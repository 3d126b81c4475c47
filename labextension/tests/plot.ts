/**
 * A theme and a size to draw in, for specs.
 */
import type { Size } from '../src/plot/scene';
import type { PlotTheme } from '../src/plot/types';

export const THEME: PlotTheme = {
  background: 'white',
  text: 'black',
  muted: 'grey',
  grid: 'silver',
  accent: 'blue',
  font: 'sans-serif',
  fontSize: 11
};

export const SIZE: Size = { width: 400, height: 200 };

/** jsdom lays nothing out: with this every element is 600 px wide. */
export class WideObserver implements ResizeObserver {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    const contentRect: Partial<DOMRectReadOnly> = { width: 600, height: 280 };
    const entry = { target, contentRect } as ResizeObserverEntry;
    this.callback([entry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}
