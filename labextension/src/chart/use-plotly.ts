/**
 * The drawing code, fetched when something wants to be drawn.
 */
import { useEffect, useState } from 'react';

import { useServices } from '../views/context';
import type { Plotly } from './plotly';

export function usePlotly(): {
  plotly: Plotly | null;
  failed: boolean;
  retry: () => void;
} {
  const { loadPlotly } = useServices();
  const [plotly, setPlotly] = useState<Plotly | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let alive = true;
    setFailed(false);
    loadPlotly().then(
      loaded => alive && setPlotly(() => loaded),
      () => alive && setFailed(true)
    );
    return () => {
      alive = false;
    };
  }, [attempt, loadPlotly]);
  return { plotly, failed, retry: () => setAttempt(count => count + 1) };
}
