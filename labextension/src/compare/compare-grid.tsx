/**
 * The grid of a comparison: sections of rows against runs, or runs against both.
 */
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';

import type { ComparedRun, Comparison } from '../contract';
import { useServices } from '../views/context';
import { Lightbox } from '../views/lightbox';
import type { LargePicture } from '../views/lightbox';
import { RunLink } from '../views/parts';
import { CompareCell } from './compare-cell';
import { cut } from './cut';
import { FigureCell, picturesOf } from './figure-cell';
import { Grid } from './grid';
import type { GridLine } from './grid';
import type { Look } from './compared-runs';
import { shownRows } from './sections';
import type { Row, Section, SectionId } from './sections';

type Props = {
  readonly comparison: Comparison;
  readonly sections: readonly Section[];
  /** Places of the comparison's runs, in the order in which they are shown. */
  readonly order: readonly number[];
  readonly look: Look;
  readonly search: string;
  /** Null: there is none to spare. */
  readonly onRemove: ((runId: string) => void) | null;
};

const LINE = 26;
const SECTION = 32;
const PICTURES = 112;

export function CompareGrid(props: Props): JSX.Element {
  const { comparison, sections, order, look, onRemove } = props;
  const { trans } = useServices();
  const [closed, setClosed] = useState<ReadonlySet<SectionId>>(new Set());
  const [large, setLarge] = useState<{
    readonly pictures: readonly LargePicture[];
    readonly index: number;
  } | null>(null);
  const search = props.search.trim().toLowerCase();
  const shown = useMemo(
    () =>
      sections.map(section => ({
        section,
        rows: shownRows(section, {
          onlyDifferences: !look.everything,
          search
        })
      })),
    [sections, look.everything, search]
  );
  const runAt = (column: number): ComparedRun | undefined =>
    comparison.runs[order[column] ?? -1];
  const toggle = (id: SectionId): void =>
    setClosed(before => {
      const next = new Set(before);
      if (!next.delete(id)) {
        next.add(id);
      }
      return next;
    });
  const cellOf = (row: Row, column: number): ReactNode => {
    const place = order[column] ?? 0;
    const run = comparison.runs[place];
    if (run === undefined) {
      return null;
    }
    return row.figures === undefined ? (
      <CompareCell
        shown={row.at(place)}
        baselineId={comparison.baseline_run_id}
        run={run}
      />
    ) : (
      <FigureCell
        run={run}
        figures={row.figures[place] ?? []}
        title={row.key}
        onOpen={index => {
          const { pictures, begins } = picturesOf(comparison, row, order);
          setLarge({ pictures, index: (begins[column] ?? 0) + index });
        }}
      />
    );
  };
  const headOf = (run: ComparedRun): ReactNode => (
    <RunHead
      run={run}
      isBaseline={run.run_id === comparison.baseline_run_id}
      onRemove={onRemove}
    />
  );
  const isFound = shown.some(({ rows }) => rows.length > 0);
  const label = trans.__('What differs');
  return (
    <section
      className="jp-trackbook-card jp-trackbook-compare-grid"
      aria-label={trans.__('Comparison')}
    >
      {isFound || search === '' ? null : (
        <p className="jp-trackbook-hint" role="status">
          {trans.__('Nothing here is called so.')}
        </p>
      )}
      {look.runsDown ? (
        <RunsDown
          label={label}
          shown={shown}
          closed={closed}
          onToggle={toggle}
          count={order.length}
          runAt={runAt}
          headOf={headOf}
          cellOf={cellOf}
        />
      ) : (
        <Grid
          label={label}
          columnCount={order.length}
          columnWidth={136}
          headWidth={190}
          headHeight={30}
          corner={null}
          columnHead={column => {
            const run = runAt(column);
            return run === undefined ? null : headOf(run);
          }}
          lines={linesOf()}
        />
      )}
      {large === null ? null : (
        <Lightbox
          label={trans.__('Figures')}
          pictures={large.pictures}
          index={large.index}
          onIndex={index => setLarge({ ...large, index })}
          onClose={() => setLarge(null)}
        />
      )}
    </section>
  );

  function linesOf(): readonly GridLine[] {
    return shown.flatMap(({ section, rows }): readonly GridLine[] => {
      if (search !== '' && rows.length === 0) {
        return [];
      }
      const isOpen = !closed.has(section.id);
      return [
        {
          key: section.id,
          height: SECTION,
          className: 'jp-trackbook-grid-section',
          head: (
            <SectionHead
              section={section}
              shownCount={rows.length}
              isOpen={isOpen}
              onToggle={() => toggle(section.id)}
            />
          ),
          cell: null
        },
        ...(isOpen ? rows : []).map((row, index): GridLine => ({
          key: `${section.id} ${index} ${row.key}`,
          height: row.figures === undefined ? LINE : PICTURES,
          className: row.differs
            ? section.id === 'params'
              ? 'jp-mod-changed'
              : ''
            : 'jp-mod-same',
          head: (
            <span className="jp-trackbook-grid-key" title={cut(row.key, 500)}>
              {cut(row.key, 120)}
            </span>
          ),
          cell: column => cellOf(row, column)
        }))
      ];
    });
  }
}

type Shown = {
  readonly section: Section;
  readonly rows: readonly Row[];
};

/** The same, one run a row. */
function RunsDown(props: {
  readonly label: string;
  readonly shown: readonly Shown[];
  readonly closed: ReadonlySet<SectionId>;
  readonly onToggle: (id: SectionId) => void;
  readonly count: number;
  readonly runAt: (line: number) => ComparedRun | undefined;
  readonly headOf: (run: ComparedRun) => ReactNode;
  readonly cellOf: (row: Row, line: number) => ReactNode;
}): JSX.Element {
  const { shown, closed, count, runAt, headOf, cellOf } = props;
  const rows = shown
    .filter(({ section }) => !closed.has(section.id))
    .flatMap(({ section, rows: some }) => some.map(row => ({ row, section })));
  const height = rows.some(({ row }) => row.figures !== undefined)
    ? PICTURES
    : LINE;
  const lines = Array.from({ length: count }, (_, line): GridLine => {
    const run = runAt(line);
    return {
      key: run?.run_id ?? String(line),
      height,
      head: run === undefined ? null : headOf(run),
      cell: column => {
        const one = rows[column];
        return one === undefined ? null : cellOf(one.row, line);
      }
    };
  });
  return (
    <>
      <div className="jp-trackbook-controls jp-trackbook-compare-sections">
        {shown.map(({ section, rows: some }) => (
          <SectionHead
            key={section.id}
            section={section}
            shownCount={some.length}
            isOpen={!closed.has(section.id)}
            onToggle={() => props.onToggle(section.id)}
          />
        ))}
      </div>
      <Grid
        label={props.label}
        columnCount={rows.length}
        columnWidth={136}
        headWidth={200}
        headHeight={30}
        corner={null}
        columnHead={column => {
          const one = rows[column];
          return one === undefined ? null : (
            <span
              className="jp-trackbook-grid-key"
              title={`${one.section.title}: ${cut(one.row.key, 500)}`}
            >
              {cut(one.row.key, 120)}
            </span>
          );
        }}
        lines={lines}
      />
    </>
  );
}

/** "Params 4 of 17 differ", which opens and closes what is below. */
function SectionHead(props: {
  readonly section: Section;
  readonly shownCount: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const { section, shownCount, isOpen, onToggle } = props;
  const { trans } = useServices();
  const differing = section.rows.filter(row => row.differs).length;
  return (
    <button
      className="jp-trackbook-disclosure"
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <span className="jp-trackbook-arrow" aria-hidden="true" />
      <strong>{section.title}</strong>{' '}
      <span className="jp-trackbook-hint">
        {trans.__('%1 of %2 differ', differing, section.rows.length)}
        {shownCount === 0 ? ` · ${section.same}` : ''}
      </span>
    </button>
  );
}

function RunHead(props: {
  readonly run: ComparedRun;
  readonly isBaseline: boolean;
  readonly onRemove: ((runId: string) => void) | null;
}): JSX.Element {
  const { run, isBaseline, onRemove } = props;
  const { trans } = useServices();
  return (
    <span className="jp-trackbook-compare-run" data-baseline={isBaseline}>
      <RunLink runId={run.run_id} number={run.number} name={run.name} />
      {isBaseline ? (
        <span className="jp-trackbook-hidden">{trans.__('(baseline)')}</span>
      ) : null}
      {onRemove === null ? null : (
        <button
          className="jp-trackbook-compare-remove"
          aria-label={trans.__('Leave out %1', run.name)}
          title={trans.__('Leave this run out')}
          onClick={() => onRemove(run.run_id)}
        >
          <span aria-hidden="true">×</span>
        </button>
      )}
    </span>
  );
}
