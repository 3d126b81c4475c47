/**
 * JupyterLab's theme as a canvas takes it: read from the page when drawing.
 */
import { useEffect, useState } from 'react';

import type { PlotTheme } from '../plot/types';
import { useServices } from '../views/context';

/** The system insists on its own colours, which no stylesheet gives to a canvas. */
const FORCED = '(forced-colors: active)';

const THEMED = {
  background: 'var(--jp-layout-color1)',
  text: 'var(--jp-ui-font-color1)',
  muted: 'var(--jp-ui-font-color2)',
  grid: 'var(--jp-border-color2)',
  accent: 'var(--jp-brand-color1)'
};
const SYSTEM: typeof THEMED = {
  background: 'Canvas',
  text: 'CanvasText',
  muted: 'CanvasText',
  grid: 'color-mix(in srgb, CanvasText 30%, Canvas)',
  accent: 'Highlight'
};

/** The theme at `element`; read again whenever JupyterLab or the system changes its. */
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
    const forced = window.matchMedia(FORCED);
    forced.addEventListener('change', read);
    return () => {
      themeChanged?.disconnect(read);
      forced.removeEventListener('change', read);
    };
  }, [element, themeChanged]);
  return theme;
}

/** Resolves the variables at `element` by letting the browser compute them. */
export function readTheme(element: HTMLElement): PlotTheme {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  probe.style.setProperty('forced-color-adjust', 'none');
  element.appendChild(probe);
  const names = window.matchMedia(FORCED).matches ? SYSTEM : THEMED;
  const color = (name: keyof typeof THEMED): string => {
    probe.style.color = names[name];
    return getComputedStyle(probe).color;
  };
  const style = getComputedStyle(element);
  // Sizes of a theme may be in `em`; of those the browser makes pixels here.
  probe.style.fontSize = 'var(--jp-ui-font-size0)';
  const fontSize = parseFloat(getComputedStyle(probe).fontSize);
  const theme: PlotTheme = {
    background: color('background'),
    text: color('text'),
    muted: color('muted'),
    grid: color('grid'),
    accent: color('accent'),
    font: style.fontFamily,
    fontSize: Number.isNaN(fontSize) ? 11 : fontSize
  };
  probe.remove();
  return theme;
}
