/**
 * The only door to plotly: a chunk of its own, fetched when the first chart is drawn.
 */
export type PlotlyConfig = {
  readonly displaylogo: boolean;
  readonly modeBarButtons: readonly (readonly string[])[];
  readonly toImageButtonOptions: {
    readonly filename: string;
    readonly scale: number;
  };
  /** Whether the picture follows its element's width. */
  readonly responsive?: boolean;
};

export type Plotly = {
  react(
    element: HTMLElement,
    data: readonly object[],
    layout: object,
    config: PlotlyConfig
  ): Promise<unknown>;
  purge(element: HTMLElement): void;
};

export async function loadPlotly(): Promise<Plotly> {
  const module = await import('plotly.js-basic-dist-min');
  return module.default ?? module;
}
