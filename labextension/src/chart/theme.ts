/**
 * JupyterLab's theme as a canvas takes it: read from the page when drawing.
 */
import { useEffect, useState } from 'react';

import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';

/** The theme at `element`; read again whenever JupyterLab changes its theme. */
export function usePlotTheme(element: HTMLElement | null): PlotTheme | null {
  const { themeChanged } = useServices();
  const [theme, setTheme] = useState<PlotTheme | null>(null);
  useEffect(() => {
    if (element === null) {
      return;
    }
    const read = (): void => setTheme(readTheme(element));
    read();
    themeChanged?.connect(read);
    return () => {
      themeChanged?.disconnect(read);
    };
  }, [element, themeChanged]);
  return theme;
}

/** Resolves the variables at `element` by letting the browser compute them. */
export function readTheme(element: HTMLElement): PlotTheme {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  element.appendChild(probe);
  const color = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const style = getComputedStyle(element);
  // Sizes of a theme may be in `em`; of those the browser makes pixels here.
  probe.style.fontSize = 'var(--jp-ui-font-size0)';
  const fontSize = parseFloat(getComputedStyle(probe).fontSize);
  const theme: PlotTheme = {
    background: color('--jp-layout-color1'),
    text: color('--jp-ui-font-color1'),
    muted: color('--jp-ui-font-color2'),
    grid: color('--jp-border-color2'),
    accent: color('--jp-brand-color1'),
    font: style.fontFamily,
    fontSize: Number.isNaN(fontSize) ? 11 : fontSize
  };
  probe.remove();
  return theme;
}
