/**
 * A figure on the screen: the only component that holds a plotly element.
 */
import { useEffect, useMemo, useState } from 'react';

import type { Figure, PlotTheme } from '../plot';
import { useServices } from '../views/context';
import { usePlotTheme } from './theme';
import { usePlotly } from './use-plotly';

type Props = {
  readonly build: (theme: PlotTheme) => Figure;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly description: string;
  /** The name of the picture when it is saved. */
  readonly fileName: string;
};

export function PlotCanvas(props: Props): JSX.Element {
  const { build, height, description, fileName } = props;
  const { trans } = useServices();
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const width = useWidth(element);
  const theme = usePlotTheme(element);
  const { plotly, failed, retry } = usePlotly();
  const figure = useMemo(
    () => (theme === null ? null : build(theme)),
    [build, theme]
  );

  useEffect(() => {
    if (element === null || plotly === null || figure === null || width === 0) {
      return;
    }
    // `react` keeps the zoom as long as the layout's `uirevision` stays the same.
    void plotly.react(
      element,
      figure.data,
      { ...figure.layout, width, height },
      {
        displaylogo: false,
        modeBarButtons: [['resetScale2d', 'toImage']],
        toImageButtonOptions: { filename: fileName, scale: 2 }
      }
    );
  }, [plotly, element, figure, width, height, fileName]);

  useEffect(
    () => () => {
      if (element !== null) {
        plotly?.purge(element);
      }
    },
    [plotly, element]
  );

  if (failed) {
    return (
      <div className="jp-trackbook-chart-empty" role="alert">
        {trans.__('The chart’s drawing code could not be loaded.')}
        <button className="jp-trackbook-link" onClick={retry}>
          {trans.__('Try again')}
        </button>
      </div>
    );
  }
  return (
    <div
      ref={setElement}
      className="jp-trackbook-plot"
      style={{ blockSize: height }}
      role="figure"
      aria-label={description}
    />
  );
}

/** The element's width in whole pixels; 0 while it is hidden. */
function useWidth(element: HTMLElement | null): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) {
      return;
    }
    const observer = new ResizeObserver(entries => {
      const measured = entries[entries.length - 1]?.contentRect.width ?? 0;
      // A hidden tab has no width; its picture can wait.
      if (measured > 0) {
        setWidth(Math.floor(measured));
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
