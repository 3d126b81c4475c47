/**
 * A plotly figure that a cell put out, drawn from its data by the plotly that is here.
 */
import { useEffect, useState } from 'react';

import { useServices } from '../views/context';
import { readFigure } from './read-figure';
import { usePlotly } from './use-plotly';

type Props = {
  /** What the cell put out; nobody vouches for its shape. */
  readonly figure: unknown;
  readonly description: string;
};

export function PlotlyFigure({ figure, description }: Props): JSX.Element {
  const { trans } = useServices();
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const { plotly, failed, retry } = usePlotly();
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    if (element === null || plotly === null) {
      return;
    }
    let current = true;
    const read = readFigure(figure);
    setProblem(read === null);
    if (read === null) {
      return;
    }
    // Plotly throws at once at some figures and later at others.
    Promise.resolve()
      .then(() =>
        plotly.react(element, read.data, read.layout, {
          displaylogo: false,
          modeBarButtons: [['resetScale2d', 'toImage']],
          toImageButtonOptions: { filename: 'figure', scale: 2 },
          responsive: true
        })
      )
      .catch(() => current && setProblem(true));
    return () => {
      current = false;
      plotly.purge(element);
    };
  }, [plotly, element, figure]);
  if (failed) {
    return (
      <p className="jp-trackbook-hint" role="alert">
        {trans.__('The chart’s drawing code could not be loaded.')}{' '}
        <button className="jp-trackbook-link" onClick={retry}>
          {trans.__('Try again')}
        </button>
      </p>
    );
  }
  return (
    <>
      {problem ? (
        <p className="jp-trackbook-hint">
          {trans.__('This plotly figure can’t be drawn here.')}
        </p>
      ) : null}
      <div
        ref={setElement}
        className="jp-trackbook-plot"
        hidden={problem}
        role="figure"
        aria-label={description}
      />
    </>
  );
}
