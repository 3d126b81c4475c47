/**
 * A chart as shapes at pixels: what a canvas paints and an SVG writes down, alike.
 */
import type { Column } from './column';

export type Align = 'start' | 'center' | 'end';

type Drawn = {
  readonly color: string;
  readonly opacity?: number;
  /** Whether it ends where the plot's area does. */
  readonly clip?: boolean;
};

/** A line through points; NaN interrupts it. `dash` is in pixels. */
export type Path = Drawn & {
  readonly kind: 'path';
  readonly x: Column;
  readonly y: Column;
  readonly width: number;
  readonly dash?: readonly number[];
};

/** What lies between two lines, in stretches without NaN. */
export type Area = Drawn & {
  readonly kind: 'area';
  readonly x: Column;
  readonly low: Column;
  readonly high: Column;
};

export type Dots = Drawn & {
  readonly kind: 'dots';
  readonly x: Column;
  readonly y: Column;
  readonly radius: number;
};

export type Box = Drawn & {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Label = Drawn & {
  readonly kind: 'label';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly align: Align;
  readonly baseline: 'top' | 'middle' | 'bottom';
  readonly bold?: boolean;
};

export type Shape = Path | Area | Dots | Box | Label;

export type Frame = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly area: Frame;
  readonly font: string;
  readonly fontSize: number;
  readonly shapes: readonly Shape[];
};

export type Size = { readonly width: number; readonly height: number };

/** A straight line from one point to another. */
export function rule(
  from: readonly [number, number],
  to: readonly [number, number],
  color: string,
  width = 1
): Path {
  return {
    kind: 'path',
    x: [from[0], to[0]],
    y: [from[1], to[1]],
    color,
    width
  };
}
