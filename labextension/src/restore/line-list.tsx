/**
 * What would happen to each cell, in words; the chosen one side by side.
 */
import { useId, useState } from 'react';

import type { NotebookDifference } from '../contract';
import { CellRow } from '../differences/cell-row';
import { useServices } from '../views/context';
import { wordOf } from './lines';
import type { Line } from './lines';

/** So many lines are shown at first. */
const FIRST_SHOWN = 60;

type Props = {
  readonly lines: readonly Line[];
  readonly names: { readonly kept: string; readonly restored: string };
  readonly picking: boolean;
  /** Places in the revision, from 0. */
  readonly picked: ReadonlySet<number>;
  readonly onPick: (picked: ReadonlySet<number>) => void;
  readonly difference: NotebookDifference;
};

export function LineList(props: Props): JSX.Element | null {
  const { lines, names, picking, picked, onPick, difference } = props;
  const { frame } = difference;
  const { trans } = useServices();
  const differing = lines.filter(line => line.kind !== 'stays');
  const listed = picking ? differing.filter(isTakable) : differing;
  const [all, setAll] = useState(false);
  const shown = all ? listed : listed.slice(0, FIRST_SHOWN);
  const firstShown =
    differing.find(
      ({ kind, cell }) => kind === 'changes' && cell.differs.includes('source')
    ) ?? differing[0];
  const [chosen, setChosen] = useState<Line | null>(firstShown ?? null);
  const regionId = useId();
  if (listed.length === 0 && frame.length === 0) {
    return picking ? (
      <p className="jp-trackbook-hint">
        {trans.__('There is no cell to take: the open notebook has them all.')}
      </p>
    ) : null;
  }
  const toggle = (place: number): void => {
    const next = new Set(picked);
    if (!next.delete(place)) {
      next.add(place);
    }
    onPick(next);
  };
  return (
    <>
      <ul
        className="jp-trackbook-restore-lines"
        aria-label={
          picking
            ? trans.__('Cells that can be taken')
            : trans.__('What would happen to each cell')
        }
      >
        {shown.map((line, index) => {
          const place =
            line.cell.after === null ? null : line.cell.after.place - 1;
          return (
            <li key={`${index} ${place ?? ''}`} data-kind={line.kind}>
              {picking && place !== null ? (
                <input
                  type="checkbox"
                  aria-label={trans.__('Take %1', line.cell.title)}
                  checked={picked.has(place)}
                  onChange={() => toggle(place)}
                />
              ) : null}
              <button
                className="jp-trackbook-restore-line"
                aria-expanded={line === chosen}
                aria-controls={line === chosen ? regionId : undefined}
                onClick={() => setChosen(line === chosen ? null : line)}
              >
                <span className="jp-trackbook-restore-word">
                  {wordOf(line.kind, trans)}
                </span>
                <code>
                  {line.code === '' ? trans.__('(empty)') : line.code}
                </code>
                <span className="jp-trackbook-restore-detail">
                  {line.detail}
                </span>
              </button>
            </li>
          );
        })}
        {frame.length === 0 || picking ? null : (
          <li data-kind="changes">
            <span className="jp-trackbook-restore-line">
              <span className="jp-trackbook-restore-word">
                {trans.__('changes')}
              </span>
              <span>{trans.__('the notebook itself')}</span>
              <span className="jp-trackbook-restore-detail">
                {frame.join(', ')}
              </span>
            </span>
          </li>
        )}
      </ul>
      {listed.length > shown.length ? (
        <button className="jp-trackbook-link" onClick={() => setAll(true)}>
          {trans.__('Show all %1', listed.length)}
        </button>
      ) : null}
      {chosen === null ? null : (
        <div id={regionId} className="jp-trackbook-restore-sides">
          <p className="jp-trackbook-restore-side" aria-hidden="true">
            {chosen.cell.before === null ? null : <span>{names.kept}</span>}
            {chosen.cell.after === null ? null : <span>{names.restored}</span>}
          </p>
          <CellRow
            cell={chosen.cell}
            before={difference.before}
            after={difference.after}
            names={{ before: names.kept, after: names.restored }}
            mode="side"
          />
        </div>
      )}
    </>
  );
}

/** What can be taken from the revision: what goes is not in it. */
function isTakable({ kind }: Line): boolean {
  return kind === 'returns' || kind === 'changes';
}
