/**
 * What a comparison shows, as sections of rows: pure functions.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  CellTable,
  ComparedRun,
  Comparison,
  Explanation,
  FigureRef,
  MetricSummary
} from '../contract';
import {
  NO_VALUE,
  columnFormat,
  formatBytes,
  formatChange,
  formatDeviation,
  formatDuration,
  formatValue,
  toNumber
} from '../format';
import type { ChangeTone } from '../selectors';
import { toneOf } from '../selectors';
import type { Verdict } from '../views/verdict-badge';

export type Direction = NonNullable<MetricSummary['direction']>;

/** A value as it is shown; what is `long` is cut in its cell. */
export type Shown = {
  readonly text: string;
  /** Against the baseline; null where there is nothing to say. */
  readonly change?: { readonly text: string; readonly tone: ChangeTone } | null;
  readonly isBest?: boolean;
  readonly verdict?: Verdict;
  /** What the whole of it says, where its text doesn't. */
  readonly hover?: string;
  /** The two notebooks that the cell's change is told of. */
  readonly leads?: boolean;
};

export type Row = {
  readonly key: string;
  readonly differs: boolean;
  /** By the run's place in the comparison; made when it is looked at. */
  readonly at: (run: number) => Shown;
  readonly figures?: readonly (readonly FigureRef[])[];
};

export type SectionId =
  | 'params'
  | 'metrics'
  | 'inputs'
  | 'environment'
  | 'cells'
  | 'figures'
  | 'artifacts';

export type Section = {
  readonly id: SectionId;
  readonly title: string;
  readonly rows: readonly Row[];
  /** What stands there where nothing differs. */
  readonly same: string;
};

type Sources = {
  readonly comparison: Comparison;
  /** Null while they are read, or where nobody asked. */
  readonly cells: CellTable | null;
  readonly explanations: readonly Explanation[] | null;
  readonly trans: TranslationBundle;
};

export function sectionsOf(sources: Sources): readonly Section[] {
  const { comparison, trans } = sources;
  const sections: readonly Section[] = [
    {
      id: 'params',
      title: trans.__('Params'),
      rows: comparison.params.map(plainRow),
      same: trans.__('The same params.')
    },
    {
      id: 'metrics',
      title: trans.__('Results'),
      rows: [...metricRows(comparison), durationRow(comparison.runs, trans)],
      same: trans.__('The same results.')
    },
    {
      id: 'inputs',
      title: trans.__('Inputs'),
      rows: inputRows(comparison, trans),
      same: trans.__('The same inputs.')
    },
    {
      id: 'environment',
      title: trans.__('Environment'),
      rows: [...notebookRows(sources), ...comparison.environment.map(plainRow)],
      same: trans.__('The same environment.')
    },
    {
      id: 'cells',
      title: trans.__('Cells'),
      rows: sources.cells === null ? [] : cellRows(sources.cells, trans),
      same: trans.__('The same cells.')
    },
    {
      id: 'figures',
      title: trans.__('Figures'),
      rows: comparison.figures.map(({ title, figures, differs }) => ({
        key: title,
        differs,
        figures,
        at: run => ({ text: String(figures[run]?.length ?? 0) })
      })),
      same: trans.__('The same figures.')
    },
    {
      id: 'artifacts',
      title: trans.__('Artifacts'),
      rows: artifactRows(comparison),
      same: trans.__('The same artifacts.')
    }
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

function plainRow(row: Comparison['params'][number]): Row {
  return {
    key: row.key,
    differs: row.differs,
    at: run => ({
      text: row.present[run] === true ? formatValue(row.values[run]) : NO_VALUE
    })
  };
}

/** Metrics in one precision a row, each against the baseline's. */
function metricRows(comparison: Comparison): readonly Row[] {
  return comparison.metrics.map(metric => {
    const values = metric.values.map((value, index) =>
      metric.present[index] === true ? asContractNumber(value) : null
    );
    const format = columnFormat(values.filter(value => value !== null));
    const best = bestColumns(values, metric.direction);
    const baseline = values[0] ?? null;
    return {
      key: metric.key,
      differs: metric.differs,
      at: run => {
        const value = values[run] ?? null;
        const std = metric.deviations[run] ?? null;
        const text = value === null ? NO_VALUE : format(value);
        return {
          text: std === null ? text : `${text} ${formatDeviation(std, format)}`,
          isBest: best.has(run),
          change:
            run === 0 || value === null || baseline === null
              ? null
              : changeOf(
                  toNumber(value) - toNumber(baseline),
                  metric.direction,
                  format
                )
        };
      }
    };
  });
}

function changeOf(
  change: number,
  direction: Direction | null,
  format: (value: number | string) => string
): Shown['change'] {
  if (!Number.isFinite(change) || change === 0) {
    return null;
  }
  const better =
    direction === null ? null : change > 0 === (direction === 'higher');
  return { text: formatChange(change, format), tone: toneOf(better) };
}

function asContractNumber(value: unknown): number | string {
  return typeof value === 'number' || typeof value === 'string'
    ? value
    : Number.NaN;
}

function durationRow(
  runs: readonly ComparedRun[],
  trans: TranslationBundle
): Row {
  const texts = runs.map(run => formatDuration(run.duration_ms, trans));
  return {
    key: trans.__('duration'),
    differs: new Set(texts).size > 1,
    at: run => ({ text: texts[run] ?? NO_VALUE })
  };
}

/** Which revision of its notebook each run is of, and whether that explains it. */
function notebookRows(sources: Sources): readonly Row[] {
  const { explanations, cells, trans } = sources;
  if (explanations !== null) {
    const texts = explanations.map(({ revision_number: number }) =>
      number === null || number === 0 ? NO_VALUE : `r${number}`
    );
    const verdicts = explanations.map(({ verdict }) => verdict);
    return [
      {
        key: trans.__('notebook'),
        differs: new Set(texts).size > 1 || new Set(verdicts).size > 1,
        at: run => ({
          text: texts[run] ?? NO_VALUE,
          ...(verdicts[run] === undefined ? {} : { verdict: verdicts[run] })
        })
      }
    ];
  }
  if (cells === null) {
    return [];
  }
  return [
    {
      key: trans.__('notebook'),
      differs: new Set(cells.labels).size > 1,
      at: run => ({ text: cells.labels[run] ?? NO_VALUE })
    }
  ];
}

function inputRows(
  comparison: Comparison,
  trans: TranslationBundle
): readonly Row[] {
  return comparison.inputs.map(({ key, values, differs }) => ({
    key,
    differs,
    at: run => {
      const seen = values[run] ?? null;
      if (seen === null) {
        return { text: NO_VALUE };
      }
      const count = seen.row_count;
      const size =
        count !== null
          ? trans._n('%2 row', '%2 rows', count, count.toLocaleString())
          : seen.size_bytes !== null
            ? formatBytes(seen.size_bytes)
            : '';
      const digest = seen.digest.slice(0, 8);
      return {
        // What differs in nothing but its bytes is told by their digest.
        text: [size, digest].filter(part => part !== '').join(' · ') || '✓',
        hover: [seen.source, seen.digest].filter(part => part !== '').join('\n')
      };
    }
  }));
}

function artifactRows(comparison: Comparison): readonly Row[] {
  return comparison.artifacts.map(({ key, values, differs }) => ({
    key,
    differs,
    at: run => {
      const seen = values[run] ?? null;
      return seen === null
        ? { text: NO_VALUE }
        : {
            text: `${formatBytes(seen.size_bytes)} · ${seen.sha256.slice(0, 6)}`,
            hover: `${seen.mime_type}\nSHA-256 ${seen.sha256}`
          };
    }
  }));
}

function cellRows(table: CellTable, trans: TranslationBundle): readonly Row[] {
  const words = {
    added: trans.__('added'),
    removed: trans.__('removed'),
    edited: trans.__('edited'),
    rerun: trans.__('same'),
    moved: trans.__('moved'),
    same: trans.__('same')
  };
  return table.cells.map(({ title, changes, differs }) => ({
    key: title === '' ? trans.__('(an empty cell)') : title,
    differs,
    at: run => {
      const change = changes[run] ?? null;
      if (change === null) {
        return { text: NO_VALUE };
      }
      return {
        text: words[change],
        leads: run > 0 && change !== 'same' && change !== 'rerun'
      };
    }
  }));
}

/** The columns of the best value; none where all are alike or nothing is better. */
export function bestColumns(
  values: readonly (number | string | null)[],
  direction: Direction | null
): ReadonlySet<number> {
  const numbers = values.map(value =>
    value === null ? Number.NaN : toNumber(value)
  );
  const real = numbers.filter(number => !Number.isNaN(number));
  if (direction === null || new Set(real).size < 2) {
    return new Set();
  }
  const best = real.reduce((a, b) =>
    a > b === (direction === 'higher') ? a : b
  );
  return new Set(
    numbers.flatMap((number, index) => (number === best ? [index] : []))
  );
}

export type Wanted = {
  readonly onlyDifferences: boolean;
  /** In lower case; what is looked for is found also where it does not differ. */
  readonly search: string;
};

/** The rows of a section that are shown. */
export function shownRows(section: Section, wanted: Wanted): readonly Row[] {
  const { onlyDifferences, search } = wanted;
  if (search !== '') {
    return section.rows.filter(row => row.key.toLowerCase().includes(search));
  }
  return onlyDifferences
    ? section.rows.filter(row => row.differs)
    : section.rows;
}
