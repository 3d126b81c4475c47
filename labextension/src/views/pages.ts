/**
 * What the main area and the dialogs draw: fetched with its styles when the first of it
 * is opened.
 */
import '../../style/opened.css';

export { showShortcuts } from '../chrome/shortcut-sheet';
export { ChartPage } from '../chart/chart-page';
export { ComparePage } from '../compare/compare-page';
export { DifferencesPage } from '../differences/differences-page';
export { FollowedCell } from '../history/followed-cell';
export { TimelinePage } from '../history/timeline-page';
export { LookPage } from '../restore/look-page';
export { restore, take } from '../restore/acts';
export { undo } from '../restore/tell';
export { Restorer } from '../restore/restorer';
export { RunPage } from '../run/run-page';
export { RunningPage } from '../running/running-page';
export { TablePage } from '../table/table-page';
