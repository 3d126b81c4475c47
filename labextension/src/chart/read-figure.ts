/**
 * A plotly figure from a notebook, as far as the plotly that is here can draw it.
 */
import { isRecord } from '../run/notebook-cells';

export type ReadFigure = {
  readonly data: readonly Record<string, unknown>[];
  readonly layout: Record<string, unknown>;
};

/** The traces that plotly's basic bundle draws; what it does not know, it draws wrongly. */
const DRAWN: Readonly<Record<string, string>> = {
  scatter: 'scatter',
  scattergl: 'scatter',
  bar: 'bar',
  pie: 'pie'
};

const HEIGHT = 400;

/** A copy, which plotly may write into; null where it can't be drawn. */
export function readFigure(figure: unknown): ReadFigure | null {
  if (!isRecord(figure) || !Array.isArray(figure['data'])) {
    return null;
  }
  const data: Record<string, unknown>[] = [];
  for (const trace of figure['data']) {
    const type = isRecord(trace) ? (trace['type'] ?? 'scatter') : null;
    if (!isRecord(trace) || typeof type !== 'string') {
      return null;
    }
    const drawn = Object.hasOwn(DRAWN, type) ? DRAWN[type] : undefined;
    if (drawn === undefined) {
      return null;
    }
    data.push({ ...structuredClone(trace), type: drawn });
  }
  const given = figure['layout'];
  const layout = isRecord(given) ? structuredClone(given) : {};
  // Pictures from elsewhere would tell their host that someone looks.
  delete layout['images'];
  return { data, layout: { height: HEIGHT, ...layout, autosize: true } };
}
