/**
 * A chart as a file: what is on the screen, with its title, its runs and a background.
 */
import { dashPixels } from '../plot/dash';
import type { RunStyle } from '../colors';
import { textWidth } from '../plot/axes';
import { paint } from '../plot/canvas';
import { rule } from '../plot/scene';
import type { Scene, Shape, Size } from '../plot/scene';
import { toSvg } from '../plot/svg';
import type { PlotTheme } from '../plot/types';

export type Picture = {
  readonly title: string;
  readonly legend: readonly (RunStyle & { readonly name: string })[];
  readonly theme: PlotTheme;
  /** At that size; higher where it would not fit. */
  readonly draw: (size: Size) => Scene;
};

const SIZE: Size = { width: 960, height: 480 };
const SCALE = 2;
const MARGIN = 16;

export function savePng(picture: Picture): void {
  const scene = framed(picture);
  const canvas = document.createElement('canvas');
  canvas.width = scene.width * SCALE;
  canvas.height = scene.height * SCALE;
  const context = canvas.getContext('2d');
  if (context === null) {
    return;
  }
  paint(scene, context, SCALE);
  canvas.toBlob(blob => {
    if (blob !== null) {
      save(blob, `${fileName(picture.title)}.png`);
    }
  });
}

export function saveSvg(picture: Picture): void {
  const text = toSvg(framed(picture));
  save(
    new Blob([text], { type: 'image/svg+xml' }),
    `${fileName(picture.title)}.svg`
  );
}

export function saveCsv(text: string, name: string): void {
  save(new Blob([text], { type: 'text/csv;charset=utf-8' }), name);
}

/** Follows a link that the server answers with a file. */
export function saveLink(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
}

/** A name that every file system takes. */
export function fileName(title: string): string {
  const safe = title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+/, '');
  return safe.slice(0, 80) || 'chart';
}

/** The chart below its title and above its legend, on the theme's background. */
export function framed({ title, legend, theme, draw }: Picture): Scene {
  const chart = draw(SIZE);
  const line = theme.fontSize * 1.6;
  const top = MARGIN + line;
  const rows = legendRows(legend, theme, chart.width - 2 * MARGIN);
  const { width } = chart;
  const height = top + chart.height + MARGIN + rows.length * line;
  const shapes: Shape[] = [
    {
      kind: 'box',
      x: 0,
      y: 0,
      width,
      height,
      color: theme.background
    },
    {
      kind: 'label',
      x: MARGIN,
      y: MARGIN,
      text: title,
      align: 'start',
      baseline: 'top',
      bold: true,
      color: theme.text
    },
    ...chart.shapes.map(shape => lower(shape, top))
  ];
  rows.forEach((row, index) => {
    let x = MARGIN;
    const y = top + chart.height + (index + 0.5) * line + MARGIN / 2;
    for (const entry of row) {
      shapes.push(
        {
          ...rule([x, y], [x + 22, y], entry.color, 2),
          dash: dashPixels(entry.dash)
        },
        {
          kind: 'label',
          x: x + 28,
          y,
          text: entry.name,
          align: 'start',
          baseline: 'middle',
          color: theme.text
        }
      );
      x += entryWidth(entry.name, theme);
    }
  });
  const { area } = chart;
  return {
    ...chart,
    width,
    height,
    area: { ...area, top: area.top + top, bottom: area.bottom + top },
    shapes
  };
}

type Entry = Picture['legend'][number];

function legendRows(
  legend: readonly Entry[],
  theme: PlotTheme,
  room: number
): Entry[][] {
  const rows: Entry[][] = [];
  let left = 0;
  for (const entry of legend) {
    const width = entryWidth(entry.name, theme);
    const row = rows[rows.length - 1];
    if (row === undefined || width > left) {
      rows.push([entry]);
      left = room - width;
    } else {
      row.push(entry);
      left -= width;
    }
  }
  return rows;
}

function entryWidth(name: string, theme: PlotTheme): number {
  return 28 + textWidth(name, theme.fontSize) + 18;
}

function lower(shape: Shape, by: number): Shape {
  const down = (column: ArrayLike<number>): number[] =>
    Array.from(column, value => value + by);
  switch (shape.kind) {
    case 'path':
    case 'dots':
      return { ...shape, y: down(shape.y) };
    case 'area':
      return { ...shape, low: down(shape.low), high: down(shape.high) };
    case 'box':
    case 'label':
      return { ...shape, y: shape.y + by };
  }
}

function save(blob: Blob, name: string): void {
  const href = URL.createObjectURL(blob);
  saveLink(href, name);
  // The browser takes the bytes when it follows the link.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
