/**
 * Writes a scene down as an SVG document. Names stand in it as text, whatever they hold.
 */
import { valueAt } from './column';
import { stretches } from './canvas';
import type { Column } from './column';
import type { Label, Scene, Shape } from './scene';

const CLIP = 'plot-area';

export function toSvg(scene: Scene): string {
  const { width, height, area, font, fontSize } = scene;
  const shapes = scene.shapes.map(shape => {
    const clip = shape.clip === true ? ` clip-path="url(#${CLIP})"` : '';
    const opacity =
      shape.opacity === undefined ? '' : ` opacity="${shape.opacity}"`;
    return `<g${clip}${opacity}>${body(shape)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(font)}" font-size="${fontSize}">`,
    `<clipPath id="${CLIP}"><rect x="${area.left}" y="${area.top}" width="${area.right - area.left}" height="${area.bottom - area.top}"/></clipPath>`,
    ...shapes,
    '</svg>'
  ].join('\n');
}

function body(shape: Shape): string {
  const color = escape(shape.color);
  switch (shape.kind) {
    case 'path': {
      const dash =
        shape.dash === undefined || shape.dash.length === 0
          ? ''
          : ` stroke-dasharray="${shape.dash.join(' ')}"`;
      return `<path d="${path(shape.x, shape.y)}" fill="none" stroke="${color}" stroke-width="${shape.width}" stroke-linejoin="round"${dash}/>`;
    }
    case 'area': {
      const parts = stretches(shape).map(([from, to]) => {
        const there: string[] = [];
        const back: string[] = [];
        for (let index = from; index < to; index += 1) {
          const x = round(valueAt(shape.x, index));
          there.push(`${x},${round(valueAt(shape.high, index))}`);
          back.unshift(`${x},${round(valueAt(shape.low, index))}`);
        }
        return `M${[...there, ...back].join('L')}Z`;
      });
      return `<path d="${parts.join('')}" fill="${color}"/>`;
    }
    case 'dots':
      return Array.from(shape.x, (x, index) => ({
        x,
        y: valueAt(shape.y, index)
      }))
        .filter(({ x, y }) => !Number.isNaN(x + y))
        .map(
          ({ x, y }) =>
            `<circle cx="${round(x)}" cy="${round(y)}" r="${shape.radius}" fill="${color}"/>`
        )
        .join('');
    case 'box':
      return `<rect x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.width)}" height="${round(shape.height)}" fill="${color}"/>`;
    case 'label':
      return label(shape, color);
  }
}

const ANCHORS = { start: 'start', center: 'middle', end: 'end' } as const;
const BASELINES = {
  top: 'hanging',
  middle: 'central',
  bottom: 'text-after-edge'
} as const;

function label(shape: Label, color: string): string {
  const weight = shape.bold === true ? ' font-weight="600"' : '';
  return `<text x="${round(shape.x)}" y="${round(shape.y)}" fill="${color}" text-anchor="${ANCHORS[shape.align]}" dominant-baseline="${BASELINES[shape.baseline]}"${weight}>${escape(shape.text)}</text>`;
}

function path(x: Column, y: Column): string {
  let drawing = false;
  const parts: string[] = [];
  for (let index = 0; index < x.length; index += 1) {
    if (Number.isNaN(valueAt(x, index) + valueAt(y, index))) {
      drawing = false;
      continue;
    }
    parts.push(
      `${drawing ? 'L' : 'M'}${round(valueAt(x, index))},${round(valueAt(y, index))}`
    );
    drawing = true;
  }
  return parts.join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text for XML; what XML has no character for is left out. */
function escape(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- those that XML 1.0 forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  );
}
