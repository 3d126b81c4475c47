/**
 * Pictures one at a time and large, over everything else; by keyboard or by mouse.
 */
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { createPortal } from 'react-dom';

import type { Part } from '../run/output-kinds';
import { Picture } from '../run/picture';
import { useServices } from './context';

export type LargePicture = {
  readonly key: string;
  readonly runId: string;
  readonly part: Part;
  /** What it is called where it can't be seen. */
  readonly name: string;
  /** What stands above it: where it comes from, and a way there. */
  readonly caption: ReactNode;
};

type Props = {
  readonly label: string;
  readonly pictures: readonly LargePicture[];
  readonly index: number;
  readonly onIndex: (index: number) => void;
  readonly onClose: () => void;
};

export function Lightbox(props: Props): JSX.Element | null {
  const { label, pictures, index, onIndex, onClose } = props;
  const { trans } = useServices();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) {
        before.focus();
      }
    };
  }, []);
  const shown = pictures[index];
  if (shown === undefined) {
    return null;
  }
  const last = pictures.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = placeAfter(event.key, index, last);
    if (event.key === 'Escape') {
      onClose();
    } else if (next !== null) {
      onIndex(next);
    } else if (event.key === 'Tab') {
      keepInside(event, box.current);
      event.stopPropagation();
      return;
    } else {
      // What this does not know, JupyterLab must not take for the page below.
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return createPortal(
    <div
      ref={box}
      className="jp-trackbook jp-trackbook-lightbox"
      role="dialog"
      aria-modal="true"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onClick={event => {
        if (event.target === event.currentTarget) {
          onClose();
        }
      }}
    >
      <header className="jp-trackbook-lightbox-head">
        <span aria-live="polite">
          {trans.__('%1 of %2', index + 1, pictures.length)}
        </span>
        <div className="jp-trackbook-lightbox-caption">{shown.caption}</div>
        <button
          className="jp-trackbook-button"
          disabled={index === 0}
          onClick={() => onIndex(index - 1)}
        >
          {trans.__('Previous')}
        </button>
        <button
          className="jp-trackbook-button"
          disabled={index === last}
          onClick={() => onIndex(index + 1)}
        >
          {trans.__('Next')}
        </button>
        <button className="jp-trackbook-button" onClick={onClose}>
          {trans.__('Close')}
        </button>
      </header>
      <div className="jp-trackbook-lightbox-picture">
        <Picture
          key={shown.key}
          runId={shown.runId}
          part={shown.part}
          description={shown.name}
        />
      </div>
    </div>,
    document.body
  );
}

/** Where a key leads to from the picture at `index`; null: nowhere. */
export function placeAfter(
  key: string,
  index: number,
  last: number
): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(last, index + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** Leads the focus round within a dialog. */
function keepInside(event: KeyboardEvent, box: HTMLElement | null): void {
  const stops = [
    ...(box?.querySelectorAll<HTMLElement>('button:not(:disabled), a[href]') ??
      [])
  ];
  const first = stops[0];
  const last = stops[stops.length - 1];
  const at = document.activeElement;
  if (event.shiftKey ? at === first || at === box : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
