/**
 * Two notebooks cell by cell: what came, went, moved, was edited or run again.
 */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import type { NotebookDifference } from '../contract';
import { useServices } from '../views/context';
import { Card, Segmented } from '../views/parts';
import { CellRow } from './cell-row';
import { cellDiffers, describeCounts } from './derive';
import { FrameDifference } from './metadata-difference';
import { useRemembered } from './remembered';
import { MODES } from './source-diff';

type Props = {
  readonly difference: NotebookDifference;
  /** Left out where these parts are to ask for it themselves. */
  readonly onlyDifferences?: boolean;
  /** What else stands in the head: a choice of the other notebook. */
  readonly choice?: ReactNode;
  /** What the two are called, where their labels do not say enough. */
  readonly names?: { readonly before: string; readonly after: string };
};

const PAGE = '.jp-trackbook-view';

export function NotebookDifferences(props: Props): JSX.Element {
  const { difference, choice } = props;
  const { trans } = useServices();
  const [extent, setExtent] = useState<'differences' | 'everything'>(
    'differences'
  );
  const [mode, setMode] = useRemembered('diff-mode', MODES);
  const list = useRef<HTMLOListElement>(null);
  const onlyDifferences = props.onlyDifferences ?? extent === 'differences';
  const before = props.names?.before ?? difference.before.label;
  const after = props.names?.after ?? difference.after.label;
  // Rows are drawn again only when what they show changed.
  const names = useMemo(() => ({ before, after }), [before, after]);
  const { cells } = difference;
  const differing = cells.filter(cellDiffers);
  const shown = onlyDifferences ? differing : cells;

  const step = (by: 1 | -1): void => {
    if (list.current !== null) {
      go(list.current, by);
    }
  };
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The page as a whole hears n and p; in a dialog, these parts do.
    const page = root.current?.closest<HTMLElement>(PAGE) ?? root.current;
    const onKeyDown = (event: KeyboardEvent): void => {
      const step = stepOf(event);
      if (step !== null && list.current !== null) {
        event.preventDefault();
        event.stopPropagation();
        go(list.current, step);
      }
    };
    page?.addEventListener('keydown', onKeyDown);
    return () => page?.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <div ref={root}>
      <Card
        title={trans.__('Cells')}
        className="jp-trackbook-compare-cells"
        aside={
          <>
            <span>
              {trans.__('%1 of %2 differ', differing.length, cells.length)}
            </span>
            {choice}
            {differing.length > 1 ? (
              <span className="jp-trackbook-steps">
                <button
                  className="jp-trackbook-button jp-trackbook-small"
                  title={trans.__('Previous difference (p)')}
                  aria-label={trans.__('Previous difference')}
                  aria-keyshortcuts="p"
                  onClick={() => step(-1)}
                >
                  ↑
                </button>
                <button
                  className="jp-trackbook-button jp-trackbook-small"
                  title={trans.__('Next difference (n)')}
                  aria-label={trans.__('Next difference')}
                  aria-keyshortcuts="n"
                  onClick={() => step(1)}
                >
                  ↓
                </button>
              </span>
            ) : null}
            {props.onlyDifferences === undefined ? (
              <Segmented
                label={trans.__('Which cells to show')}
                value={extent}
                choices={[
                  ['differences', trans.__('Only differences')],
                  ['everything', trans.__('Everything')]
                ]}
                onChange={setExtent}
              />
            ) : null}
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
        {differing.length === 0 ? (
          <p className="jp-trackbook-hint">{whyNothing()}</p>
        ) : (
          <p className="jp-trackbook-hint">
            {describeCounts(difference, trans)}
            {difference.cut_short
              ? ` · ${trans.__(
                  'there are too many cells to tell all edited ones from added and removed ones'
                )}`
              : ''}
          </p>
        )}
        <ol className="jp-trackbook-cell-differences" ref={list}>
          {shown.map((cell, index) => (
            <li key={keyOf(cell.before?.place, cell.after?.place, index)}>
              <CellRow
                cell={cell}
                before={difference.before}
                after={difference.after}
                names={names}
                mode={mode}
              />
            </li>
          ))}
        </ol>
        <FrameDifference difference={difference} names={names} mode={mode} />
      </Card>
    </div>
  );

  function whyNothing(): string {
    if (cells.length === 0) {
      return trans.__('Neither notebook has cells.');
    }
    if (difference.equal) {
      return trans.__('Nothing differs: the documents are equal.');
    }
    return difference.frame.length > 0
      ? trans.__('The cells are the same.')
      : trans.__('The cells are the same; only their ids differ.');
  }
}

/** Goes to the next difference, or the one before, from where the focus is. */
function go(list: HTMLElement, step: 1 | -1): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-differs]')];
  const at = rows.findIndex(row => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'start' });
}

/** Which way a key leads; null where it is no key of these parts, or one that types. */
function stepOf(event: KeyboardEvent): 1 | -1 | null {
  const { target } = event;
  const types =
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  if (types || event.ctrlKey || event.altKey || event.metaKey) {
    return null;
  }
  return event.key === 'n' ? 1 : event.key === 'p' ? -1 : null;
}

function keyOf(
  before: number | undefined,
  after: number | undefined,
  index: number
): string {
  return before === undefined && after === undefined
    ? String(index)
    : `${before ?? ''} ${after ?? ''}`;
}
