/**
 * The head of a comparison: what it is compared with, and how it is looked at.
 */
import { Clipboard } from '@jupyterlab/apputils';
import type { ReactNode } from 'react';

import type { ComparedRun, Comparison } from '../contract';
import { useServices } from '../views/context';
import { Segmented } from '../views/parts';
import { saveFile } from '../views/save-file';
import { useTrackbookState } from '../widgets';
import type { CompareArgs } from './compare-page';
import type { Look } from './compared-runs';
import { toCsv, toMarkdown } from './export';
import type { Table } from './export';
import { AS_SELECTED } from './order';
import { shownRows } from './sections';
import type { Section } from './sections';

type Props = {
  readonly comparison: Comparison;
  readonly sections: readonly Section[];
  readonly runIds: readonly string[];
  readonly look: Look;
  readonly order: readonly number[];
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onChange: (changed: Partial<CompareArgs>) => void;
};

/** The server takes no more. */
const MAX_RUNS = 200;

/** A list of more runs is not offered run by run. */
const MAX_OFFERED = 200;

export function CompareControls(props: Props): JSX.Element {
  const { comparison, runIds, look, search, onSearch, onChange } = props;
  const { trans } = useServices();
  return (
    <header className="jp-trackbook-page-header">
      <h1 className="jp-trackbook-page-title">
        {trans.__('Compare %1 runs', comparison.runs.length)}
      </h1>
      <div className="jp-trackbook-actions">
        <label className="jp-trackbook-hint">
          {trans.__('compared with')}{' '}
          <select
            className="jp-trackbook-choice jp-trackbook-baseline"
            value={comparison.baseline_run_id}
            onChange={event => onChange({ baseline: event.target.value })}
          >
            {sortedAsSelected(comparison.runs, runIds).map(run => (
              <option key={run.run_id} value={run.run_id}>
                {run.name}
              </option>
            ))}
          </select>
        </label>
        <Segmented
          label={trans.__('What to show')}
          value={look.everything ? 'everything' : 'differences'}
          choices={[
            ['differences', trans.__('Only differences')],
            ['everything', trans.__('Everything')]
          ]}
          onChange={value => onChange({ everything: value === 'everything' })}
        />
      </div>
      <div className="jp-trackbook-controls jp-trackbook-compare-controls">
        <input
          className="jp-trackbook-input"
          type="search"
          aria-label={trans.__('Find in the comparison')}
          placeholder={trans.__('Find a param, result, package…')}
          value={search}
          onChange={event => onSearch(event.target.value)}
          onKeyDown={event => event.stopPropagation()}
        />
        <label className="jp-trackbook-hint">
          {trans.__('order')}{' '}
          <select
            className="jp-trackbook-choice"
            value={look.order}
            onChange={event => onChange({ order: event.target.value })}
          >
            <option value={AS_SELECTED}>{trans.__('as selected')}</option>
            <option value="newest">{trans.__('newest first')}</option>
            <option value="duration">{trans.__('shortest first')}</option>
            {comparison.metrics.map(({ key, direction }) => (
              <option key={key} value={`metric:${key}`}>
                {direction === null
                  ? trans.__('%1, largest first', key)
                  : trans.__('%1, best first', key)}
              </option>
            ))}
          </select>
        </label>
        <button
          className="jp-trackbook-toggle"
          aria-pressed={look.runsDown}
          title={trans.__('One run a row: easier to read where there are many')}
          onClick={() => onChange({ runsDown: !look.runsDown })}
        >
          {trans.__('Runs as rows')}
        </button>
        <AddRuns runIds={runIds} onChange={onChange} />
        <Export {...props} />
      </div>
    </header>
  );
}

/** Takes further runs in: those selected in the list, or one by its name. */
function AddRuns(props: {
  readonly runIds: readonly string[];
  readonly onChange: (changed: Partial<CompareArgs>) => void;
}): JSX.Element | null {
  const { runIds, onChange } = props;
  const { trans } = useServices();
  const selection = useTrackbookState(state => state.selection);
  const runs = useTrackbookState(state => state.runs);
  const room = MAX_RUNS - runIds.length;
  const selected = selection.filter(id => !runIds.includes(id)).slice(0, room);
  const others = Object.values(runs)
    .filter(run => !runIds.includes(run.run_id) && run.trashed_at === null)
    .sort((a, b) => (a.run_id < b.run_id ? 1 : -1))
    .slice(0, MAX_OFFERED);
  if (room <= 0 || others.length === 0) {
    return null;
  }
  const add = (value: string): void => {
    const ids = value === 'selected' ? selected : [value];
    onChange({ runIds: [...runIds, ...ids] });
  };
  return (
    <ActionMenu
      label={trans.__('Add a run')}
      prompt={trans.__('Add a run…')}
      onPick={add}
    >
      {selected.length > 0 ? (
        <option value="selected">
          {trans._n(
            'The run selected in the list',
            'The %1 runs selected in the list',
            selected.length,
            selected.length
          )}
        </option>
      ) : null}
      {others.map(run => (
        <option key={run.run_id} value={run.run_id}>
          {run.name}
        </option>
      ))}
    </ActionMenu>
  );
}

function Export(props: Props): JSX.Element {
  const { trans } = useServices();
  const act = (what: string): void => {
    const table = tableOf(props);
    switch (what) {
      case 'markdown':
        Clipboard.copyToSystem(toMarkdown(table));
        break;
      case 'csv':
        Clipboard.copyToSystem(toCsv(table));
        break;
      case 'file':
        saveFile(new TextEncoder().encode(toCsv(table)), 'comparison.csv');
    }
  };
  return (
    <ActionMenu
      label={trans.__('Export')}
      prompt={trans.__('Export…')}
      onPick={act}
    >
      <option value="markdown">{trans.__('Copy as Markdown')}</option>
      <option value="csv">{trans.__('Copy as CSV')}</option>
      <option value="file">{trans.__('Download CSV')}</option>
    </ActionMenu>
  );
}

/** A select that does what is picked, and shows its prompt again. */
function ActionMenu(props: {
  readonly label: string;
  readonly prompt: string;
  readonly onPick: (value: string) => void;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <select
      className="jp-trackbook-choice"
      aria-label={props.label}
      value=""
      onChange={event => props.onPick(event.target.value)}
    >
      <option value="" disabled>
        {props.prompt}
      </option>
      {props.children}
    </select>
  );
}

/** What the page shows, as text. */
function tableOf(props: Props): Table {
  const { comparison, sections, order, look, search } = props;
  const wanted = {
    onlyDifferences: !look.everything,
    search: search.trim().toLowerCase()
  };
  const across: Table = {
    head: ['', ...order.map(place => comparison.runs[place]?.name ?? '')],
    rows: sections
      .flatMap(section => shownRows(section, wanted))
      .map(row => [row.key, ...order.map(place => row.at(place).text)])
  };
  if (!look.runsDown) {
    return across;
  }
  const all = [across.head, ...across.rows];
  const [head = [], ...rows] = across.head.map((_, column) =>
    all.map(row => row[column] ?? '')
  );
  return { head, rows };
}

function sortedAsSelected(
  runs: readonly ComparedRun[],
  runIds: readonly string[]
): readonly ComparedRun[] {
  return [...runs].sort(
    (a, b) => runIds.indexOf(a.run_id) - runIds.indexOf(b.run_id)
  );
}
