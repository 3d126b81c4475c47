/**
 * The run's figures: small side by side, large one at a time; each says which cell drew it.
 */
import { useMemo, useState } from 'react';

import type { Run } from '../contract';
import { WhenNear } from '../differences/when-near';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { Lightbox } from '../views/lightbox';
import type { LargePicture } from '../views/lightbox';
import { executionOf, titleOfSource } from './derive';
import type { Figure } from './output-kinds';
import { Picture } from './picture';

type Props = {
  readonly run: Run;
  readonly figures: readonly Figure[];
  /** Shows the cell that drew a figure. */
  readonly onChoose: (executionId: string) => void;
};

const FIRST_SHOWN = 12;

/** How high a picture of the strip is, with its border. */
const HEIGHT = 84;

export function FigureStrip(props: Props): JSX.Element | null {
  const { run, figures, onChoose } = props;
  const { trans } = useServices();
  const [showAll, setShowAll] = useState(false);
  const [large, setLarge] = useState<number | null>(null);
  const pictures = useMemo(
    () =>
      figures.map(({ executionId, part }, index): LargePicture => {
        const execution = executionOf(run, executionId);
        const title = titleOfSource(execution?.source ?? '');
        return {
          key: `${executionId} ${index}`,
          runId: run.run_id,
          part,
          name: trans.__('Figure %1, of %2', index + 1, title),
          caption: (
            <>
              {execution === null ? null : (
                <CellLink execution={execution} run={run} />
              )}
              <button
                className="jp-trackbook-link"
                onClick={() => {
                  setLarge(null);
                  onChoose(executionId);
                }}
              >
                {trans.__('Show what it ran')}
              </button>
            </>
          )
        };
      }),
    // What the page does with a chosen cell is the same whenever it is drawn.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [figures, run, trans]
  );
  if (figures.length === 0) {
    return null;
  }
  const shown = showAll ? pictures : pictures.slice(0, FIRST_SHOWN);
  return (
    <>
      <ul className="jp-trackbook-figures" aria-label={trans.__('Figures')}>
        {shown.map((picture, index) => (
          // Figures only ever come and go at the end of their execution.
          <li key={picture.key}>
            <button title={picture.name} onClick={() => setLarge(index)}>
              <WhenNear height={HEIGHT}>
                {() => (
                  <Picture
                    runId={run.run_id}
                    part={picture.part}
                    description={trans.__('%1: show it large', picture.name)}
                  />
                )}
              </WhenNear>
            </button>
          </li>
        ))}
        {pictures.length > shown.length ? (
          <li>
            <button
              className="jp-trackbook-more-figures"
              onClick={() => setShowAll(true)}
            >
              {trans.__('%1 more', pictures.length - shown.length)}
            </button>
          </li>
        ) : null}
      </ul>
      {large === null ? null : (
        <Lightbox
          label={trans.__('Figures of %1', run.name)}
          pictures={pictures}
          index={large}
          onIndex={setLarge}
          onClose={() => setLarge(null)}
        />
      )}
    </>
  );
}
