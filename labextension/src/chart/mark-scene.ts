/**
 * What lies above the lines: the x that is pointed at, each line's point there, the run
 * brought out before the others, and the box that is being drawn.
 */
import { valueAt } from '../plot/column';
import { bandOf, lineShapes } from '../plot/line-scene';
import type { LineScene } from '../plot/line-scene';
import type { Line } from '../plot/lines';
import { toPixel } from '../plot/scale';
import { rule } from '../plot/scene';
import type { Frame, Scene, Shape } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import type { Hover } from './hover';
import { indexAt } from './pointing';

const VEIL = 0.65;
const NEAR = 12;

export function markScene(
  scene: LineScene,
  lines: readonly Line[],
  hover: Hover | null,
  box: Frame | null,
  theme: PlotTheme
): Scene {
  const { axes, area } = scene;
  const shapes: Shape[] = [];
  const height = area.bottom - area.top;
  const meant = lines.find(line => line.id === hover?.runId);
  if (meant !== undefined && lines.length > 1) {
    shapes.push(
      {
        kind: 'box',
        x: area.left,
        y: area.top,
        width: area.right - area.left,
        height,
        color: theme.background,
        opacity: VEIL
      },
      ...bandOf(meant, axes),
      ...lineShapes(meant, axes, 0.75)
    );
  }
  if (hover !== null && hover.x !== null) {
    const at = toPixel(axes.x, hover.x);
    if (at >= area.left - 1 && at <= area.right + 1) {
      const middle = Math.round(at) + 0.5;
      shapes.push(rule([middle, area.top], [middle, area.bottom], theme.muted));
      for (const line of lines) {
        shapes.push(...dotOf(line, scene, at, hover));
      }
    }
  }
  if (box !== null) {
    shapes.push({
      kind: 'box',
      x: box.left,
      y: box.top,
      width: box.right - box.left,
      height: box.bottom - box.top,
      color: theme.accent,
      opacity: 0.18
    });
  }
  return { ...scene, shapes };
}

function dotOf(
  line: Line,
  { axes }: LineScene,
  at: number,
  hover: Hover
): Shape[] {
  const index = indexAt(line, hover);
  if (index === -1) {
    return [];
  }
  const x = toPixel(axes.x, valueAt(line.x, index));
  const y = toPixel(axes.y, valueAt(line.smooth ?? line.y, index));
  return Math.abs(x - at) > NEAR || Number.isNaN(y)
    ? []
    : [
        {
          kind: 'dots',
          x: [x],
          y: [y],
          radius: 3.5,
          color: line.color,
          clip: true
        }
      ];
}
