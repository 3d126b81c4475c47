/**
 * What all panels of runs have around their picture: title, controls, the same as a
 * table, files, and what the picture leaves out.
 */
import { useState } from 'react';

import type { RunStyle } from '../colors';
import type { Scene, Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { fileName, saveCsv, savePng, saveSvg } from './export-picture';
import type { Picture } from './export-picture';
import { InsertButton } from './insert-button';
import { readTheme } from './theme';
import type { ChartedRuns } from './use-charted-runs';
import { csvOf, ValueTableView } from './value-table';
import type { ValueTable } from './value-table';

type Props = {
  /** What it is called among the panels. */
  readonly title: string;
  /** What moves, enlarges and removes it. */
  readonly actions: React.ReactNode;
  readonly controls: React.ReactNode;
  /** What is set now and then. */
  readonly options?: React.ReactNode;
  readonly charted: ChartedRuns;
  /** Why there is no picture, and what to do about it; null: there is one. */
  readonly empty: string | null;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
  readonly table: ValueTable;
  /** As on the screen, for files. */
  readonly draw: (theme: PlotTheme, size: Size) => Scene;
  readonly legend: readonly (RunStyle & { readonly name: string })[];
  readonly notes: readonly string[];
  /** What draws the same in a notebook. */
  readonly cell: () => string;
  readonly children: React.ReactNode;
};

export function PanelFrame(props: Props): JSX.Element {
  const { title, asTable, empty, table, notes, charted } = props;
  const { state } = charted;
  const failure =
    state.kind === 'failed'
      ? state.failure
      : state.kind === 'ready'
        ? state.problem
        : null;
  const { trans } = useServices();
  const [open, setOpen] = useState(false);
  const [element, setElement] = useState<HTMLElement | null>(null);

  function withPicture(write: (picture: Picture) => void): void {
    if (element !== null) {
      const theme = readTheme(element);
      const draw = (size: Size): Scene => props.draw(theme, size);
      write({ title, legend: props.legend, theme, draw });
    }
  }

  return (
    <section
      ref={setElement}
      className="jp-trackbook-chart"
      aria-label={trans.__('Chart of %1', title)}
    >
      <header className="jp-trackbook-card-header">
        <h2 title={title}>{title}</h2>
        <div className="jp-trackbook-controls">
          {props.controls}
          <button
            className="jp-trackbook-toggle"
            aria-pressed={asTable}
            onClick={() => props.onAsTable(!asTable)}
          >
            {trans.__('Show as table')}
          </button>
          <button
            className="jp-trackbook-toggle"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {trans.__('More')}
          </button>
        </div>
        {props.actions}
      </header>
      {open ? (
        <div className="jp-trackbook-chart-options">
          {props.options}
          {empty === null ? (
            <span className="jp-trackbook-chart-saves">
              {trans.__('Save as')}
              <button
                className="jp-trackbook-link"
                onClick={() => withPicture(savePng)}
              >
                PNG
              </button>
              <button
                className="jp-trackbook-link"
                onClick={() => withPicture(saveSvg)}
              >
                SVG
              </button>
              <button
                className="jp-trackbook-link"
                title={trans.__('What the table shows, in full')}
                onClick={() => saveCsv(csvOf(table), `${fileName(title)}.csv`)}
              >
                CSV
              </button>
              <InsertButton source={props.cell} />
            </span>
          ) : null}
        </div>
      ) : null}
      {failure === null ? null : (
        <FailureNotice failure={failure} onRetry={charted.reload} />
      )}
      {state.kind === 'failed' ? null : state.kind === 'loading' ||
        (empty !== null && !charted.hasMetrics) ? (
        <p className="jp-trackbook-chart-empty">
          {trans.__('Loading the runs…')}
        </p>
      ) : empty !== null ? (
        <p className="jp-trackbook-chart-empty">{empty}</p>
      ) : asTable ? (
        <ValueTableView label={title} table={table} />
      ) : (
        props.children
      )}
      {notes.length === 0 ? null : (
        <p className="jp-trackbook-hint" role="note">
          {notes.join(' ')}
        </p>
      )}
    </section>
  );
}
