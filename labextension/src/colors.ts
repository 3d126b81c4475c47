/**
 * A run's colour and dash: the same in the list, in charts and in titles.
 *
 * Six of the eight colours of Okabe and Ito (black and yellow vanish on one of the two
 * themes); after six runs the dash tells them apart.
 */
export type Dash = 'solid' | 'dash' | 'dot' | 'dashdot';

export type RunStyle = { readonly color: string; readonly dash: Dash };

const COLORS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00'
];
export const DASHES: readonly Dash[] = ['solid', 'dash', 'dot', 'dashdot'];

/** The style of the experiment's run of that number (they count from 1). */
export function runStyle(number: number): RunStyle {
  const index = Math.max(0, Math.floor(number) - 1);
  const round = Math.floor(index / COLORS.length);
  return {
    color: COLORS[index % COLORS.length] ?? '#0072b2',
    dash: DASHES[round % DASHES.length] ?? 'solid'
  };
}

/** An SVG `stroke-dasharray` for a dash, in units of the line's width. */
export function dashArray(dash: Dash): string | undefined {
  switch (dash) {
    case 'solid':
      return undefined;
    case 'dash':
      return '4 2';
    case 'dot':
      return '1 2';
    case 'dashdot':
      return '4 2 1 2';
  }
}
