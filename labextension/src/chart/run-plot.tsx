/**
 * Runs on the screen, each something that can be pointed at and opened: bars, dots, or
 * lines across axes. One canvas has the picture, another above it what is pointed at.
 */
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState
} from 'react';

import type { Place, RunScene } from '../plot/run-scene';
import type { Size } from '../plot/scene';
import type { PlotTheme } from '../plot/types';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { useHoverBus } from './hover';
import { paintOn, useScene, useWidth } from './scene-canvas';
import { usePlotTheme } from './theme';

/** What can be pointed at; of a single run it can also be opened. */
export type PlotItem = {
  readonly key: string;
  readonly runIds: readonly string[];
  readonly name: string;
  /** Null: it is no run's. */
  readonly color: string | null;
  /** What is said of it: a name and a value each. */
  readonly facts: readonly (readonly [string, string])[];
};

type Props<S extends RunScene> = {
  /** Stays the same as long as the picture does. */
  readonly draw: (theme: PlotTheme, size: Size) => S;
  /** In the order in which arrow keys go through them. */
  readonly items: readonly PlotItem[];
  readonly height: number;
  readonly description: string;
  /**
   * Told while something is drawn with the pointer, and when it has `ended`; answers
   * whether it was meant as that, and not as a click.
   */
  readonly onDrag?: (
    scene: S,
    from: Place,
    to: Place,
    ended: boolean
  ) => boolean;
  /** What stands above the picture and is no part of it. */
  readonly children?: (scene: S) => React.ReactNode;
};

const FACTS = 12;

export function RunPlot<S extends RunScene>(props: Props<S>): JSX.Element {
  const { draw, items, height, description, onDrag } = props;
  const { commands, trans } = useServices();
  const bus = useHoverBus();
  const help = useId();
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [base, setBase] = useState<HTMLCanvasElement | null>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Place | null>(null);
  const dragged = useRef(false);
  const [pointed, setPointed] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const width = useWidth(element);
  const theme = usePlotTheme(element);
  const scene = useMemo(
    () =>
      theme === null || width === 0 ? null : draw(theme, { width, height }),
    [draw, theme, width, height]
  );
  useScene(base, scene);

  const mark = useCallback(() => {
    if (over.current !== null && scene !== null) {
      const key = pointed ?? bus.current?.runId ?? null;
      const shapes = key === null ? [] : scene.mark(key);
      paintOn(over.current, { ...scene, shapes });
    }
  }, [scene, pointed, bus]);
  useEffect(() => {
    let frame = 0;
    const soon = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(mark);
    };
    soon();
    const stop = bus.subscribe(soon);
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [bus, mark]);

  const item = items.find(one => one.key === pointed);
  const opens = item?.runIds.length === 1;

  function point(key: string | null): void {
    if (key === pointed) {
      return;
    }
    setPointed(key);
    const next = items.find(one => one.key === key);
    const [only, ...more] = next?.runIds ?? [];
    bus.set(
      only === undefined || more.length > 0
        ? null
        : { axis: null, x: null, runId: only }
    );
  }

  /** Opens the run that it is; a group has no page. */
  function open(key: string | null): void {
    const [runId, ...more] = items.find(one => one.key === key)?.runIds ?? [];
    if (runId !== undefined && more.length === 0) {
      void commands.execute(CommandIDs.openRun, { runId });
    }
  }

  function placeOf(event: React.MouseEvent): Place {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  function onPointerDown(event: React.PointerEvent): void {
    dragged.current = false;
    if (event.button === 0 && onDrag !== undefined) {
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = placeOf(event);
    }
  }

  function onPointerMove(event: React.PointerEvent): void {
    const place = placeOf(event);
    if (drag.current !== null && scene !== null) {
      onDrag?.(scene, drag.current, place, false);
    } else {
      point(scene?.pick(place.x, place.y) ?? null);
    }
  }

  function onPointerUp(event: React.PointerEvent): void {
    const from = drag.current;
    drag.current = null;
    if (from !== null && scene !== null) {
      dragged.current = onDrag?.(scene, from, placeOf(event), true) ?? false;
    }
  }

  function onKeyDown(event: React.KeyboardEvent<HTMLElement>): void {
    if (
      event.target !== event.currentTarget ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    ) {
      return;
    }
    const last = items.length - 1;
    const current = items.findIndex(one => one.key === pointed);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowRight: current + 1,
      ArrowUp: current === -1 ? last : current - 1,
      ArrowLeft: current === -1 ? last : current - 1,
      Home: 0,
      End: last
    };
    const to = steps[event.key];
    if (to !== undefined) {
      const next = items[Math.min(last, Math.max(0, to))];
      point(next?.key ?? null);
      setSaid(next === undefined ? '' : sentence(next));
      const y = next === undefined ? null : scene?.find(next.key)?.y;
      if (y != null) {
        bringIntoView(event.currentTarget, y);
      }
    } else if (event.key === 'Enter' && opens) {
      open(pointed);
    } else if (event.key === 'Escape' && pointed !== null) {
      point(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  const place = pointed === null ? null : (scene?.find(pointed) ?? null);
  return (
    <div
      ref={setElement}
      className={opens ? 'jp-trackbook-plot jp-mod-opens' : 'jp-trackbook-plot'}
      style={{ blockSize: height }}
      role="figure"
      aria-label={description}
      aria-describedby={help}
      tabIndex={0}
      data-items={items.length}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerLeave={() => point(null)}
      onBlur={() => point(null)}
      onClick={event => {
        const { x, y } = placeOf(event);
        if (!dragged.current) {
          open(scene?.pick(x, y) ?? null);
        }
      }}
    >
      <canvas ref={setBase} style={{ inlineSize: width, blockSize: height }} />
      <canvas ref={over} style={{ inlineSize: width, blockSize: height }} />
      {scene === null ? null : props.children?.(scene)}
      {item === undefined || place === null ? null : (
        <Words item={item} place={place} width={width} height={height} />
      )}
      <span id={help} className="jp-trackbook-hidden">
        {trans.__('Arrow keys go from run to run, Enter opens the run.')}
      </span>
      <span className="jp-trackbook-hidden" aria-live="polite">
        {said}
      </span>
    </div>
  );
}

/** What is said of an item, beside it. */
function Words(
  props: Size & { readonly item: PlotItem; readonly place: Place }
): JSX.Element {
  const { item, place, width, height } = props;
  const { x, y } = place;
  return (
    <div
      className="jp-trackbook-tooltip"
      style={{
        ...(y < height / 2
          ? { top: y + 14 }
          : { top: 'auto', bottom: height - y + 14 }),
        ...(x < width / 2
          ? { left: x + 14 }
          : { right: Math.max(0, width - x + 14) })
      }}
      aria-hidden="true"
    >
      <div className="jp-trackbook-tooltip-row">
        {item.color === null ? null : (
          <span
            className="jp-trackbook-run-dot"
            style={{ backgroundColor: item.color }}
          />
        )}
        <span className="jp-trackbook-run-text">{item.name}</span>
      </div>
      {item.facts.slice(0, FACTS).map(([name, value]) => (
        <div key={name} className="jp-trackbook-tooltip-row">
          <span className="jp-trackbook-run-text jp-trackbook-faint">
            {name}
          </span>
          <span className="jp-trackbook-number">{value}</span>
        </div>
      ))}
    </div>
  );
}

function sentence({ name, facts }: PlotItem): string {
  return [name, ...facts.map(fact => fact.join(' '))].join(', ');
}

/** Scrolls a plot that is higher than what holds it. */
function bringIntoView(plot: HTMLElement, y: number): void {
  const holder = plot.parentElement;
  if (holder !== null && holder.scrollHeight > holder.clientHeight) {
    const { scrollTop, clientHeight } = holder;
    if (y < scrollTop || y > scrollTop + clientHeight) {
      holder.scrollTop = y - clientHeight / 2;
    }
  }
}
