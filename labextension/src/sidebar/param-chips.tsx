/**
 * The params that tell a run from others; the changed ones outlined.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { RunParam } from '../contract';
import { formatValue } from '../format';
import { useTrans } from '../widgets';

export function ParamChips(props: {
  readonly params: readonly RunParam[];
}): ReactElement {
  const trans = useTrans();
  return (
    <span className="jp-trackbook-chips">
      {chipOrder(props.params).map(param => (
        <span
          key={param.key}
          className={`jp-trackbook-chip${param.changed ? ' jp-mod-changed' : ''}`}
          title={describeParam(param, trans)}
        >
          {shortKey(param.key)} {formatValue(param.value)}
        </span>
      ))}
    </span>
  );
}

/**
 * Params that an estimator took over from a param of the notebook stand last: they say
 * the same thing twice, and a row has room for a few.
 */
export function chipOrder(params: readonly RunParam[]): readonly RunParam[] {
  const own = params.filter(param => param.origin !== 'estimator');
  const echoes = (param: RunParam): boolean =>
    param.origin === 'estimator' && own.some(one => one.value === param.value);
  return [...params.filter(param => !echoes(param)), ...params.filter(echoes)];
}

/** A param on hover: its whole key, its value, and what it was. */
export function describeParam(
  param: RunParam,
  trans: TranslationBundle
): string {
  const value = formatValue(param.value);
  if (!param.changed) {
    return trans.__('%1 = %2', param.key, value);
  }
  return param.is_new
    ? trans.__('%1 = %2, not set in the run before', param.key, value)
    : trans.__(
        '%1 = %2, was %3',
        param.key,
        value,
        formatValue(param.previous)
      );
}

/** The last part of a dotted key, which is what people call it. */
export function shortKey(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1) || key;
}
