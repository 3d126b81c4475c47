/**
 * One cell of two notebooks: what became of it, its source, outputs and metadata.
 */
import { memo } from 'react';

import type { CellDifference, CellSide, NotebookSide } from '../contract';
import { useServices } from '../views/context';
import { Disclosure } from '../views/parts';
import { Source } from '../views/source';
import {
  cellDiffers,
  cellPlaces,
  cellTitle,
  changeWord,
  describeRefs,
  languageOf
} from './derive';
import { CellMetadata } from './metadata-difference';
import { OutputDifferences } from './output-differences';
import { SourceDiff } from './source-diff';
import type { DiffMode } from './source-diff';
import { WhenNear } from './when-near';

export type RowProps = {
  readonly cell: CellDifference;
  readonly before: NotebookSide;
  readonly after: NotebookSide;
  readonly names: { readonly before: string; readonly after: string };
  readonly mode: DiffMode;
};

/** What a line of code takes, about; only what stands in view is measured. */
const LINE = 17;

export const CellRow = memo(function CellRow(props: RowProps): JSX.Element {
  const { cell } = props;
  const { trans } = useServices();
  const title = cellTitle(cell, trans);
  const word = changeWord(cell.change, trans);
  return (
    <section
      className={`jp-trackbook-cell-difference jp-mod-${cell.change}`}
      aria-label={trans.__('%1, %2', title, word)}
      // Reached with n and p; the text in it has its own place in the tab order.
      tabIndex={-1}
      data-differs={cellDiffers(cell) ? '' : undefined}
      style={{ containIntrinsicBlockSize: `auto ${rowHeight(cell)}px` }}
    >
      <header className="jp-trackbook-cell-heading">
        <span className="jp-trackbook-cell-change">{word}</span>
        <code
          className="jp-trackbook-cell-name"
          title={`${title}\n${cellPlaces(cell, trans)}`}
        >
          {title}
        </code>
        <span>{remark()}</span>
      </header>
      <CellSources {...props} title={title} />
      <CellOutputs {...props} title={title} />
      <CellMetadata {...props} title={title} />
    </section>
  );

  function remark(): string {
    const { before, after, change, moved } = cell;
    if (before?.damaged === true || after?.damaged === true) {
      return trans.__('its content can’t be read any more');
    }
    if (change === 'added' || change === 'removed') {
      return trans.__(
        'only in %1',
        change === 'added' ? props.names.after : props.names.before
      );
    }
    const words = [];
    if (moved && before !== null && after !== null) {
      words.push(trans.__('moved, cell %1 → %2', before.place, after.place));
    }
    if (change === 'edited' && !cell.differs.includes('source')) {
      words.push(trans.__('its source is the same'));
    }
    if (cell.differs.includes('type')) {
      words.push(`${before?.cell_type ?? ''} → ${after?.cell_type ?? ''}`);
    }
    return words.join(' · ');
  }
});

type Titled = RowProps & { readonly title: string };

function CellSources(props: Titled): JSX.Element | null {
  const { cell, before, after, names, mode } = props;
  const { trans } = useServices();
  if (cell.before !== null && cell.after !== null) {
    if (cell.differs.includes('source') || isConverted(cell)) {
      return (
        <WhenNear height={heightOf(cell.before, cell.after)}>
          {() => (
            <SourceDiff
              before={cell.before?.source ?? ''}
              after={cell.after?.source ?? ''}
              labels={names}
              mode={mode}
              language={
                cell.after === null
                  ? ''
                  : languageOf(cell.after, after.language)
              }
            />
          )}
        </WhenNear>
      );
    }
    return (
      <Disclosure label={trans.__('Source')}>
        {() => <OneSource side={cell.after} notebook={after} name="" />}
      </Disclosure>
    );
  }
  const [side, notebook, name] =
    cell.after === null
      ? [cell.before, before, names.before]
      : [cell.after, after, names.after];
  return side === null ? null : (
    <WhenNear height={heightOf(side)}>
      {() => <OneSource side={side} notebook={notebook} name={name} />}
    </WhenNear>
  );
}

/** Whether a cell became one of another type: its source is then worth a look. */
function isConverted(cell: CellDifference): boolean {
  return cell.differs.includes('type');
}

function OneSource(props: {
  readonly side: CellSide | null;
  readonly notebook: NotebookSide;
  readonly name: string;
}): JSX.Element | null {
  const { side, notebook, name } = props;
  return side === null || side.damaged ? null : (
    <Source
      code={side.source}
      label={name === '' ? notebook.label : name}
      language={languageOf(side, notebook.language)}
    />
  );
}

function CellOutputs(props: Titled): JSX.Element | null {
  const { cell, title } = props;
  const { trans } = useServices();
  const [left, right] = [cell.before?.outputs ?? [], cell.after?.outputs ?? []];
  if (left.length + right.length === 0) {
    return null;
  }
  const label =
    cell.before === null || cell.after === null
      ? trans.__('Outputs: %1', describeRefs([...left, ...right], trans))
      : trans.__(
          'Outputs: %1 → %2',
          describeRefs(left, trans),
          describeRefs(right, trans)
        );
  return (
    <Disclosure label={<span title={title}>{label}</span>}>
      {() => <OutputDifferences {...props} />}
    </Disclosure>
  );
}

/** About what a row takes that has not come near the view yet. */
function rowHeight({ change, before, after }: CellDifference): number {
  const hasSource =
    change === 'edited' || change === 'added' || change === 'removed';
  const sides = [before, after].filter(side => side !== null);
  return 48 + (hasSource ? heightOf(...sides) : 0);
}

function heightOf(...sides: readonly CellSide[]): number {
  const lines = sides.map(side => side.source.split('\n', 40).length);
  return LINE * Math.max(...lines) + 14;
}
