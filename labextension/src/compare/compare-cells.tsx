/**
 * The cells of two runs beside each other: what changed, came, went or moved.
 */
import { useState } from 'react';

import type { CellDifference, ComparedRun } from '../contract';
import { useServices } from '../views/context';
import { Card, Disclosure, Segmented } from '../views/parts';
import { Source } from '../views/source';
import { cellDiffers } from './derive';
import { SourceDiff } from './merge-view';
import type { DiffMode } from './merge-view';

type Props = {
  readonly cells: readonly CellDifference[];
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly onlyDifferences: boolean;
  /** The choice of the run on the right, where there are several. */
  readonly choice: React.ReactNode;
};

const FIRST_SHOWN = 30;

export function CompareCells(props: Props): JSX.Element {
  const { cells, before, after, onlyDifferences, choice } = props;
  const { trans } = useServices();
  const [mode, setMode] = useState<DiffMode>('side');
  const [showAll, setShowAll] = useState(false);
  const differing = cells.filter(cellDiffers);
  const wanted = onlyDifferences ? differing : cells;
  const shown = showAll ? wanted : wanted.slice(0, FIRST_SHOWN);
  return (
    <Card
      title={trans.__('Cells')}
      className="jp-trackbook-compare-cells"
      aside={
        <>
          <span>
            {trans.__('%1 of %2 differ', differing.length, cells.length)}
          </span>
          {choice}
          <Segmented
            label={trans.__('How to show changed cells')}
            value={mode}
            choices={[
              ['side', trans.__('Side by side')],
              ['inline', trans.__('Inline')]
            ]}
            onChange={setMode}
          />
        </>
      }
    >
      {shown.length === 0 ? (
        <p className="jp-trackbook-hint">
          {cells.length === 0
            ? trans.__('Neither run has cells to compare.')
            : trans.__('Both ran the same cells.')}
        </p>
      ) : null}
      <ol className="jp-trackbook-cell-differences">
        {shown.map((cell, index) => (
          <li key={`${cell.after?.cell_id ?? ''} ${index}`}>
            <CellPair cell={cell} before={before} after={after} mode={mode} />
          </li>
        ))}
      </ol>
      {wanted.length > shown.length ? (
        <button className="jp-trackbook-link" onClick={() => setShowAll(true)}>
          {trans.__('Show all %1 cells', wanted.length)}
        </button>
      ) : null}
    </Card>
  );
}

function CellPair(props: {
  readonly cell: CellDifference;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly mode: DiffMode;
}): JSX.Element {
  const { cell, before, after, mode } = props;
  const { trans } = useServices();
  const heading = (label: string): JSX.Element => (
    <span className="jp-trackbook-cell-heading">
      <code className="jp-trackbook-cell-name">{cell.title}</code>
      <span>{label}</span>
    </span>
  );
  switch (cell.change) {
    case 'edited':
      return (
        <section aria-label={trans.__('%1, edited', cell.title)}>
          {heading(trans.__('%1 → %2', before.name, after.name))}
          <SourceDiff
            before={cell.before?.source ?? ''}
            after={cell.after?.source ?? ''}
            labels={{ before: before.name, after: after.name }}
            mode={mode}
          />
        </section>
      );
    case 'added':
      return (
        <section
          className="jp-mod-added"
          aria-label={trans.__('%1, added', cell.title)}
        >
          {heading(trans.__('only in %1', after.name))}
          <Source code={cell.after?.source ?? ''} label={after.name} />
        </section>
      );
    case 'removed':
      return (
        <section
          className="jp-mod-removed"
          aria-label={trans.__('%1, removed', cell.title)}
        >
          {heading(trans.__('only in %1', before.name))}
          <Source code={cell.before?.source ?? ''} label={before.name} />
        </section>
      );
    case 'moved':
    case 'rerun':
    case 'same':
      return (
        <Disclosure
          label={heading(
            {
              moved: trans.__('moved'),
              rerun: trans.__('re-run'),
              same: trans.__('same')
            }[cell.change]
          )}
        >
          {() => <Source code={cell.after?.source ?? ''} label={cell.title} />}
        </Disclosure>
      );
  }
}
