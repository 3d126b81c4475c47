/**
 * A run's status as a shape in the run's colour; the shape says it without the colour.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { RunRow } from '../contract';
import { useTrans } from '../widgets';

export type RunStatus = RunRow['status'];

export function StatusMark(props: {
  readonly status: RunStatus;
  readonly color: string;
}): ReactElement {
  const label = statusLabel(props.status, useTrans());
  return (
    <svg
      className={`jp-trackbook-mark jp-mod-${props.status}`}
      role="img"
      aria-label={label}
      viewBox="0 0 12 12"
      style={{ color: props.color }}
    >
      <title>{label}</title>
      <Shape status={props.status} />
    </svg>
  );
}

function Shape({ status }: { readonly status: RunStatus }): ReactElement {
  const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.8 };
  switch (status) {
    case 'running':
      return <path d="M10 4.2 A4.4 4.4 0 1 0 10 7.8" {...line} />;
    case 'open':
      return <circle cx="6" cy="6" r="4" {...line} />;
    case 'finished':
      return <circle cx="6" cy="6" r="4.6" fill="currentColor" />;
    case 'failed':
      return <path d="M2.5 2.5 L9.5 9.5 M9.5 2.5 L2.5 9.5" {...line} />;
    case 'interrupted':
      return (
        <rect x="2" y="2" width="8" height="8" rx="1" fill="currentColor" />
      );
    case 'lost':
      return <circle cx="6" cy="6" r="4" strokeDasharray="2.2 2" {...line} />;
  }
}

/** A status in a word or two. */
export function statusLabel(
  status: RunStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'open':
      return trans.__('open, no cell is running');
    case 'finished':
      return trans.__('finished');
    case 'failed':
      return trans.__('failed');
    case 'interrupted':
      return trans.__('interrupted');
    case 'lost':
      return trans.__('lost: its kernel is gone');
  }
}
