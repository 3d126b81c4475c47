declare module 'plotly.js-basic-dist-min' {
  // A declaration of a module that has none of its own can't be a module itself.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  type Plotly = import('./plotly').Plotly;
  const plotly: Plotly & { readonly default?: Plotly };
  export = plotly;
}
