/**
 * What is pointed at, shared by all charts of a page: the same x is marked in each of
 * them, and the same run brought out. Not React state: it changes with every pixel.
 */
import { createContext, useContext, useEffect, useState } from 'react';

import type { LineOptions } from '../plot/types';

export type Hover = {
  /** Which axis, as `axisOf` says; null: a run in the legend, and no axis. */
  readonly axis: string | null;
  /** Null: a run is pointed at, but no place on the axis. */
  readonly x: number | null;
  /** The run, or the group of runs, whose line is meant. */
  readonly runId: string | null;
  /** Which point of that line, where x does not say it. */
  readonly along?: number;
};

/** What charts have in common whose x is the same. */
export function axisOf({
  xAxis,
  xMetric
}: Pick<LineOptions, 'xAxis' | 'xMetric'>): string {
  return xAxis === 'metric' ? `metric ${xMetric}` : xAxis;
}

export class HoverBus {
  current: Hover | null = null;

  set(hover: Hover | null): void {
    if (hover === this.current) {
      return;
    }
    this.current = hover;
    this.listeners.forEach(listener => listener());
  }

  /** Calls `listener` whenever something else is pointed at, until the answer is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private readonly listeners = new Set<() => void>();
}

const HoverContext = createContext<HoverBus | null>(null);

export const HoverProvider = HoverContext.Provider;

/** The page's, or one of its own for a chart that stands alone. */
export function useHoverBus(): HoverBus {
  const shared = useContext(HoverContext);
  const [own] = useState(() => new HoverBus());
  return shared ?? own;
}

/** Whether the run is pointed at: drawn again when that changes, not with every other. */
export function useIsHovered(bus: HoverBus, runId: string): boolean {
  const [isHovered, setHovered] = useState(false);
  useEffect(
    () => bus.subscribe(() => setHovered(bus.current?.runId === runId)),
    [bus, runId]
  );
  return isHovered;
}
