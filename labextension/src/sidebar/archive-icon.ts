import { LabIcon } from '@jupyterlab/ui-components';

export const archiveIcon = new LabIcon({
  name: 'trackbook:archive',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M3 4h18v5H3zm1 6.5h16V20H4zM9 13v2h6v-2z"/>
</svg>`
});
