/**
 * Small things that several views draw.
 */
import { useEffect, useId, useState } from 'react';
import type { ReactNode } from 'react';

import { runStyle } from '../colors';
import { CommandIDs } from '../tokens';
import { useServices } from './context';

/** A run's mark: its colour, wherever its name stands. */
export function RunDot({ number }: { readonly number: number }): JSX.Element {
  return (
    <span
      className="jp-trackbook-run-dot"
      style={{ backgroundColor: runStyle(number).color }}
      aria-hidden="true"
    />
  );
}

/** A run's name behind its dot; opens its page. */
export function RunLink(props: {
  readonly runId: string;
  readonly number: number;
  readonly name: string;
}): JSX.Element {
  const { commands } = useServices();
  return (
    <button
      className="jp-trackbook-run-link"
      title={props.name}
      onClick={() =>
        void commands.execute(CommandIDs.openRun, { runId: props.runId })
      }
    >
      <RunDot number={props.number} />
      <span className="jp-trackbook-run-text">{props.name}</span>
    </button>
  );
}

/** A titled box of a page; what stands at the title's end says how much there is. */
export function Card(props: {
  readonly title: string;
  readonly className?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  return (
    <section
      className={`jp-trackbook-card ${props.className ?? ''}`}
      aria-labelledby={id}
    >
      <header className="jp-trackbook-card-header">
        <h2 id={id}>{props.title}</h2>
        {props.aside === undefined ? null : (
          <div className="jp-trackbook-card-aside">{props.aside}</div>
        )}
      </header>
      {props.children}
    </section>
  );
}

/** A line that opens what lies beneath it; with `onToggle`, `open` is its owner's. */
export function Disclosure(props: {
  readonly label: ReactNode;
  readonly className?: string;
  readonly initiallyOpen?: boolean;
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
  readonly children: () => ReactNode;
}): JSX.Element {
  const [own, setOwn] = useState(props.initiallyOpen ?? false);
  const { open = own, onToggle: setOpen = setOwn } = props;
  const id = useId();
  return (
    <div className={props.className}>
      <button
        className="jp-trackbook-disclosure"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className="jp-trackbook-arrow" aria-hidden="true" />
        {props.label}
      </button>
      {open ? <div id={id}>{props.children()}</div> : null}
    </div>
  );
}

/** Two or three choices of which one holds. */
export function Segmented<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}): JSX.Element {
  return (
    <div
      className="jp-trackbook-segmented"
      role="group"
      aria-label={props.label}
    >
      {props.choices.map(([value, label]) => (
        <button
          key={value}
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** The time, moving while `ticking`. */
export function useNow(ticking: boolean): number {
  const { clock } = useServices();
  const [now, setNow] = useState(clock);
  useEffect(() => {
    if (!ticking) {
      return;
    }
    const timer = setInterval(() => setNow(clock()), 1000);
    return () => clearInterval(timer);
  }, [clock, ticking]);
  return now;
}
