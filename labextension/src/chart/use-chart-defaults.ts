/**
 * What a chart begins with: the user's settings, else what all begin with.
 */
import { useMemo } from 'react';

import { useTrackbookState } from '../widgets';
import { CHART_SETTINGS } from './chart-settings';
import type { ChartSettings } from './chart-settings';

export function useChartDefaults(): ChartSettings {
  const { chartX, chartSmoothing } = useTrackbookState(
    state => state.preferences
  );
  return useMemo(
    () => ({
      ...CHART_SETTINGS,
      xAxis: chartX,
      smoothing: { ...CHART_SETTINGS.smoothing, amount: chartSmoothing }
    }),
    [chartX, chartSmoothing]
  );
}
