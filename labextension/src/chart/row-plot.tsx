/**
 * A value a row on the screen: dots, or bars.
 */
import { useMemo, useState } from 'react';

import { rowScene } from '../plot/row-scene';
import type { Row } from '../plot/row-scene';
import { useScene, useWidth } from './scene-canvas';
import { usePlotTheme } from './theme';

type Props = {
  readonly rows: readonly Row[];
  readonly kind: 'dots' | 'bars';
  readonly log: boolean;
  readonly height: number;
  readonly description: string;
};

export function RowPlot(props: Props): JSX.Element {
  const { rows, kind, log, height, description } = props;
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const width = useWidth(element);
  const theme = usePlotTheme(element);
  const scene = useMemo(
    () =>
      theme === null || width === 0
        ? null
        : rowScene(rows, kind, log, theme, { width, height }),
    [rows, kind, log, theme, width, height]
  );
  useScene(canvas, scene);
  return (
    <div
      ref={setElement}
      className="jp-trackbook-plot"
      style={{ blockSize: height }}
      role="figure"
      aria-label={description}
    >
      <canvas
        ref={setCanvas}
        style={{ inlineSize: width, blockSize: height }}
      />
    </div>
  );
}
