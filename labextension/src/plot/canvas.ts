/**
 * Paints a scene.
 */
import { valueAt } from './column';
import type { Area, Dots, Label, Path, Scene, Shape } from './scene';

type Context = CanvasRenderingContext2D;

const FULL_TURN = 2 * Math.PI;

/** Clears the canvas, whose pixels are `ratio` to a CSS pixel, and paints the scene. */
export function paint(scene: Scene, context: Context, ratio: number): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, scene.width, scene.height);
  // Also on a page that is read from right to left: its x goes the other way.
  context.direction = 'ltr';
  const { left, top, right, bottom } = scene.area;
  for (const shape of scene.shapes) {
    context.save();
    if (shape.clip === true) {
      context.beginPath();
      context.rect(left, top, right - left, bottom - top);
      context.clip();
    }
    context.globalAlpha = shape.opacity ?? 1;
    context.fillStyle = shape.color;
    context.strokeStyle = shape.color;
    paintShape(shape, scene, context);
    context.restore();
  }
}

function paintShape(shape: Shape, scene: Scene, context: Context): void {
  switch (shape.kind) {
    case 'path':
      return paintPath(shape, context);
    case 'area':
      return paintArea(shape, context);
    case 'dots':
      return paintDots(shape, context);
    case 'box':
      return context.fillRect(shape.x, shape.y, shape.width, shape.height);
    case 'label':
      return paintLabel(shape, scene, context);
  }
}

function paintPath({ x, y, width, dash }: Path, context: Context): void {
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.setLineDash(dash === undefined ? [] : [...dash]);
  context.beginPath();
  let drawing = false;
  for (let index = 0; index < x.length; index += 1) {
    const at = valueAt(x, index);
    const value = valueAt(y, index);
    if (Number.isNaN(at) || Number.isNaN(value)) {
      drawing = false;
    } else if (drawing) {
      context.lineTo(at, value);
    } else {
      context.moveTo(at, value);
      drawing = true;
    }
  }
  context.stroke();
}

function paintArea(area: Area, context: Context): void {
  for (const [from, to] of stretches(area)) {
    context.beginPath();
    for (let index = from; index < to; index += 1) {
      context.lineTo(valueAt(area.x, index), valueAt(area.high, index));
    }
    for (let index = to - 1; index >= from; index -= 1) {
      context.lineTo(valueAt(area.x, index), valueAt(area.low, index));
    }
    context.closePath();
    context.fill();
  }
}

/** From where to where an area has an upper and a lower end. */
export function stretches({ x, low, high }: Area): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let index = 0; index <= x.length; index += 1) {
    const there =
      index < x.length &&
      !Number.isNaN(
        valueAt(x, index) + valueAt(low, index) + valueAt(high, index)
      );
    if (there && from === -1) {
      from = index;
    } else if (!there && from !== -1) {
      found.push([from, index]);
      from = -1;
    }
  }
  return found;
}

function paintDots({ x, y, radius }: Dots, context: Context): void {
  context.beginPath();
  for (let index = 0; index < x.length; index += 1) {
    if (!Number.isNaN(valueAt(x, index) + valueAt(y, index))) {
      context.moveTo(valueAt(x, index) + radius, valueAt(y, index));
      context.arc(valueAt(x, index), valueAt(y, index), radius, 0, FULL_TURN);
    }
  }
  context.fill();
}

function paintLabel(label: Label, scene: Scene, context: Context): void {
  context.font = `${label.bold === true ? '600 ' : ''}${scene.fontSize}px ${scene.font}`;
  context.textAlign = label.align;
  context.textBaseline = label.baseline;
  context.fillText(label.text, label.x, label.y);
}
