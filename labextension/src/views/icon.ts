/**
 * The icons of the views' tabs: a run's is a dot in its colour.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { runStyle } from '../colors';

/** An icon's name is global, so that runs of one colour share theirs. */
export function runIcon(number: number): LabIcon {
  const { color } = runStyle(number);
  return LabIcon.resolve({
    icon: {
      name: `trackbook:run-${color.slice(1)}`,
      svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4.5" fill="${color}"/></svg>`
    }
  });
}

export const chartIcon = new LabIcon({
  name: 'trackbook:chart',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none"><path class="jp-icon3" stroke="#616161" stroke-width="1.5" d="M2 2v12h12M4.5 10.5 7.5 7l2.5 2 3.5-5"/></svg>'
});

export const compareIcon = new LabIcon({
  name: 'trackbook:compare',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none"><path class="jp-icon3" stroke="#616161" stroke-width="1.5" d="M2 3h5v10H2zM9 3h5v10H9zM3.7 6h1.6M3.7 9h1.6M10.7 6h1.6"/></svg>'
});

export const timelineIcon = new LabIcon({
  name: 'trackbook:timeline',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none"><path class="jp-icon3" stroke="#616161" stroke-width="1.5" d="M4 1.5v13M4 4h8M4 8h5M4 12h7"/></svg>'
});

export const tableIcon = new LabIcon({
  name: 'trackbook:table',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none"><path class="jp-icon3" stroke="#616161" stroke-width="1.5" d="M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 3v10"/></svg>'
});
