/**
 * trackbook's own icons; they take their colours from JupyterLab's icon classes.
 */
import { LabIcon } from '@jupyterlab/ui-components';

/** Three attempts, the last one the best. */
export const runsIcon = new LabIcon({
  name: 'trackbook:runs',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <circle cx="5" cy="17" r="2.6"/>
    <circle cx="12" cy="12" r="2.6"/>
    <circle cx="19" cy="6" r="3.4"/>
    <path d="M3 21.2h18v1.6H3z"/>
  </g>
</svg>`
});

/** The mark of a run's page, a chart or a comparison. */
export const runIcon = new LabIcon({
  name: 'trackbook:run',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <path d="M3 20.4l5.6-8.2 4.2 3.6L19 5.4l1.6 1-7.2 12.2-4.4-3.8-4.4 6.6z"/>
    <circle cx="19.6" cy="5.6" r="2.6"/>
  </g>
</svg>`
});

export const starIcon = new LabIcon({
  name: 'trackbook:star',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-trackbook-star-shape" d="M12 3.2l2.7 5.7 6.2.8-4.6 4.3 1.2 6.2L12 17.2l-5.5 3 1.2-6.2L3.1 9.7l6.2-.8z"/>
</svg>`
});

export const trashIcon = new LabIcon({
  name: 'trackbook:trash',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7zm3 2l.5 9H11l-.4-9zm4.4 0l-.4 9h1.5l.5-9z"/>
</svg>`
});

/** A search that is kept. */
export const keepIcon = new LabIcon({
  name: 'trackbook:keep',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M7 3h10a1 1 0 0 1 1 1v17l-6-4-6 4V4a1 1 0 0 1 1-1z"/>
</svg>`
});
