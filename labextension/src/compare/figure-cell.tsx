/**
 * The pictures that one cell drew in one run of a comparison.
 */
import type { ComparedRun, Comparison, FigureRef } from '../contract';
import type { Part } from '../run/output-kinds';
import { Picture } from '../run/picture';
import { useServices } from '../views/context';
import type { LargePicture } from '../views/lightbox';
import { RunLink } from '../views/parts';
import type { Row } from './sections';

/** So many stand in a cell; the others are behind them. */
const SHOWN = 2;

export function FigureCell(props: {
  readonly run: ComparedRun;
  readonly figures: readonly FigureRef[];
  readonly title: string;
  readonly onOpen: (index: number) => void;
}): JSX.Element {
  const { run, figures, title, onOpen } = props;
  const { trans } = useServices();
  if (figures.length === 0) {
    return <span>–</span>;
  }
  return (
    <span className="jp-trackbook-compare-figures">
      {figures.slice(0, SHOWN).map((figure, index) => (
        <button
          key={index}
          title={trans.__('Show it large')}
          onClick={() => onOpen(index)}
        >
          <Picture
            runId={run.run_id}
            part={partOfFigure(figure)}
            description={trans.__(
              'Figure %1 of %2, %3',
              index + 1,
              title,
              run.name
            )}
          />
        </button>
      ))}
      {figures.length > SHOWN ? (
        <button className="jp-trackbook-link" onClick={() => onOpen(SHOWN)}>
          {trans.__('%1 more', figures.length - SHOWN)}
        </button>
      ) : null}
    </span>
  );
}

/** A cell's pictures in all runs, to be gone through, and where each run's begin. */
export function picturesOf(
  comparison: Comparison,
  row: Row,
  order: readonly number[]
): {
  readonly pictures: readonly LargePicture[];
  readonly begins: readonly number[];
} {
  const begins: number[] = [];
  const pictures: LargePicture[] = [];
  for (const place of order) {
    begins.push(pictures.length);
    const run = comparison.runs[place];
    const figures = row.figures?.[place] ?? [];
    if (run !== undefined) {
      pictures.push(
        ...figures.map((figure, index) => ({
          key: `${run.run_id} ${index}`,
          runId: run.run_id,
          part: partOfFigure(figure),
          name: `${row.key}, ${run.name}`,
          caption: (
            <>
              <RunLink runId={run.run_id} number={run.number} name={run.name} />
              <code>{row.key}</code>
            </>
          )
        }))
      );
    }
  }
  return { pictures, begins };
}

function partOfFigure(figure: FigureRef): Part {
  const { mime_type: mimeType, sha256, data } = figure;
  return {
    mimeType,
    data,
    blob: sha256 === null ? null : { sha256, size_bytes: 0 }
  };
}
