/**
 * The box that is drawn across a plot to zoom into it.
 */
import { valueAt } from '../plot/column';
import type { Frame } from '../plot/scene';

/** From where to where the pointer was drawn, in pixels. */
export type Drag = {
  readonly pans: boolean;
  readonly fromX: number;
  readonly fromY: number;
  readonly x: number;
  readonly y: number;
};

/** A shorter way is a click, and a flatter box zooms the x axis alone. */
const LEAST = 6;
const FLAT = 24;
type ZoomBox = Frame & { readonly flat: boolean };

/** The box that is drawn, within the plot's area; null where it is too small. */
export function boxOf(dragged: Drag | null, area: Frame): ZoomBox | null {
  if (dragged === null || dragged.pans) {
    return null;
  }
  const within = (at: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, at));
  const xs = [dragged.fromX, dragged.x].map(at =>
    within(at, area.left, area.right)
  );
  const ys = [dragged.fromY, dragged.y].map(at =>
    within(at, area.top, area.bottom)
  );
  const flat = Math.abs(valueAt(ys, 1) - valueAt(ys, 0)) < FLAT;
  return Math.abs(valueAt(xs, 1) - valueAt(xs, 0)) < LEAST
    ? null
    : {
        left: Math.min(...xs),
        right: Math.max(...xs),
        top: flat ? area.top : Math.min(...ys),
        bottom: flat ? area.bottom : Math.max(...ys),
        flat
      };
}
