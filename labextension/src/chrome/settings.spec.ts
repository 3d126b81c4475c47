import { describe, expect, it } from 'vitest';

import schema from '../../schema/plugin.json';
import { SORTS } from '../api';
import { DEFAULTS, readSettings } from './settings';

describe('settings', () => {
  it('are the defaults where nothing is said, as the schema has them', () => {
    expect(readSettings({})).toEqual(DEFAULTS);
    const { properties } = schema;
    expect(
      readSettings(
        Object.fromEntries(
          Object.entries(properties).map(([key, { default: value }]) => [
            key,
            value
          ])
        )
      )
    ).toEqual(DEFAULTS);
    expect(properties.sort.oneOf.map(({ const: value }) => value)).toEqual([
      ...SORTS
    ]);
  });

  it('that make no sense are as if they were not said', () => {
    expect(
      readSettings({
        recordNewNotebooks: 'yes',
        scope: 7,
        sort: 'drop table',
        group: 'param:lr',
        cellMarks: 1,
        chartXAxis: 'metric',
        chartSmoothing: '0.5',
        updateSeconds: Number.NaN
      })
    ).toEqual(DEFAULTS);
    expect(readSettings({ updateSeconds: -3 }).updateSeconds).toBe(0);
    expect(readSettings({ updateSeconds: 1e9 }).updateSeconds).toBe(60);
    const { preferences } = readSettings({ chartSmoothing: 1 });
    expect(preferences.chartSmoothing).toBe(0.99);
  });
});
