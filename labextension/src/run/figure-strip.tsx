/**
 * The run's figures side by side; each leads to the cell that drew it.
 */
import { useState } from 'react';

import type { Run } from '../contract';
import { useServices } from '../views/context';
import { executionOf, titleOfSource } from './derive';
import type { Figure } from './output-kinds';
import { Picture } from './picture';

type Props = {
  readonly run: Run;
  readonly figures: readonly Figure[];
  readonly onChoose: (executionId: string) => void;
};

const FIRST_SHOWN = 12;

export function FigureStrip(props: Props): JSX.Element | null {
  const { run, figures, onChoose } = props;
  const { trans } = useServices();
  const [showAll, setShowAll] = useState(false);
  if (figures.length === 0) {
    return null;
  }
  const shown = showAll ? figures : figures.slice(0, FIRST_SHOWN);
  return (
    <ul className="jp-trackbook-figures" aria-label={trans.__('Figures')}>
      {shown.map(({ executionId, part }, index) => {
        const execution = executionOf(run, executionId);
        const title = titleOfSource(execution?.source ?? '');
        const name = trans.__('Figure %1, of %2', index + 1, title);
        return (
          // Figures only ever come and go at the end of their execution.
          <li key={`${executionId} ${index}`}>
            <button title={name} onClick={() => onChoose(executionId)}>
              <Picture
                runId={run.run_id}
                part={part}
                description={trans.__('%1: show its cell', name)}
              />
            </button>
          </li>
        );
      })}
      {figures.length > shown.length ? (
        <li>
          <button
            className="jp-trackbook-more-figures"
            onClick={() => setShowAll(true)}
          >
            {trans.__('%1 more', figures.length - shown.length)}
          </button>
        </li>
      ) : null}
    </ul>
  );
}
