/**
 * Colours from the least to the greatest of something. They go from warm to cold and
 * from light to dark, and lines get wider with them, so that no colour has to be told.
 */
import { textWidth } from './axes';
import type { Shape, Size } from './scene';
import type { PlotTheme } from './types';

/** What colours stand for, and from where to where they go. */
export type Ramp = {
  readonly title: string;
  readonly least: string;
  readonly greatest: string;
};

const LEAST = [230, 159, 0] as const;
const GREATEST = [0, 114, 178] as const;
const MARGIN = 8;
const STEPS = 24;

/** @param share from 0 to 1; NaN: there is nothing, which is grey and thin. */
export function rampColor(share: number): string {
  if (Number.isNaN(share)) {
    return 'rgb(128, 128, 128)';
  }
  const mixed = LEAST.map((from, index) =>
    Math.round(from + ((GREATEST[index] ?? from) - from) * share)
  );
  return `rgb(${mixed.join(', ')})`;
}

export function rampWidth(share: number): number {
  return Number.isNaN(share) ? 1 : 1 + share * 2.5;
}

/** Where a value lies between the least and the greatest of all. */
export function sharesOf(values: readonly number[]): readonly number[] {
  const there = values.filter(value => !Number.isNaN(value));
  const least = Math.min(...there);
  const extent = Math.max(...there) - least;
  return values.map(value =>
    extent > 0 ? (value - least) / extent : value * 0 + 1
  );
}

/** A wedge at the foot of a picture that says which colour and width is how much. */
export function rampShapes(ramp: Ramp, theme: PlotTheme, size: Size): Shape[] {
  const y = size.height - theme.fontSize;
  const least = `${ramp.title}  ${ramp.least}`;
  const from = Math.round(MARGIN + textWidth(least, theme.fontSize) + 8);
  const step = 5;
  const label = { baseline: 'middle', color: theme.muted, y } as const;
  return [
    { kind: 'label', ...label, x: MARGIN, text: least, align: 'start' },
    ...Array.from({ length: STEPS }, (_, index): Shape => {
      const share = index / (STEPS - 1);
      const height = 2 + rampWidth(share) * 2;
      return {
        kind: 'box',
        x: from + index * step,
        y: y - height / 2,
        width: step,
        height,
        color: rampColor(share)
      };
    }),
    {
      kind: 'label',
      ...label,
      x: from + STEPS * step + 8,
      text: ramp.greatest,
      align: 'start'
    }
  ];
}
