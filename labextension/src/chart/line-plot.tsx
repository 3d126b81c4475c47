/**
 * Lines on the screen: painted on one canvas, what is pointed at on another above it.
 * By mouse, touch or keyboard: point, zoom, pan, and back to everything.
 */
import { valueAt } from '../plot/column';
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState
} from 'react';

import { lineScene } from '../plot/line-scene';
import type { LineScene } from '../plot/line-scene';
import type { Line } from '../plot/lines';
import { stretch, toValue } from '../plot/scale';
import { NO_ZOOM } from '../plot/types';
import type { LineOptions, Zoom } from '../plot/types';
import { useServices } from '../views/context';
import { boxOf } from './drag-box';
import type { Drag } from './drag-box';
import { axisOf, useHoverBus } from './hover';
import { LineTooltip } from './line-tooltip';
import { markScene } from './mark-scene';
import { pointAt, stepAlong } from './pointing';
import { sayPoint } from './words';
import { paintOn, useScene, useWidth } from './scene-canvas';
import { usePlotTheme } from './theme';

type Props = {
  readonly lines: readonly Line[];
  readonly options: LineOptions;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly description: string;
};

const PAN = 0.25;

export function LinePlot(props: Props): JSX.Element {
  const { lines, options, zoom, onZoom, height, description } = props;
  const { trans } = useServices();
  const bus = useHoverBus();
  const axis = axisOf(options);
  const help = useId();
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [base, setBase] = useState<HTMLCanvasElement | null>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const [inside, setInside] = useState(false);
  const [said, setSaid] = useState('');
  const width = useWidth(element);
  const theme = usePlotTheme(element);
  const scene = useMemo(
    () =>
      theme === null || width === 0
        ? null
        : lineScene(
            lines,
            options,
            zoom,
            theme,
            { width, height },
            trans.__('step')
          ),
    [lines, options, zoom, theme, width, height, trans]
  );
  useScene(base, scene);

  const mark = useCallback(() => {
    if (over.current !== null && scene !== null && theme !== null) {
      const hover = bus.current;
      const shown = hover?.axis === axis ? hover : null;
      paintOn(
        over.current,
        markScene(scene, lines, shown, boxOf(drag.current, scene.area), theme)
      );
    }
  }, [scene, lines, theme, bus, axis]);
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

  // React listens for wheels passively, and could not keep the page from scrolling.
  useEffect(() => {
    if (element === null || scene === null) {
      return;
    }
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const at = event.clientX - element.getBoundingClientRect().left;
        zoomAbout(
          scene,
          toValue(scene.axes.x, at),
          event.deltaY > 0 ? 1.25 : 0.8
        );
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  function zoomAbout(shown: LineScene, about: number, factor: number): void {
    onZoom({ ...zoom, x: stretch(shown.axes.x, about, factor) });
  }

  function pan(shown: LineScene, shift: number): void {
    const [low, high] = shown.axes.x.domain;
    onZoom({ ...zoom, x: stretch(shown.axes.x, (low + high) / 2, 1, shift) });
  }

  function place(event: React.PointerEvent): { x: number; y: number } {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  function onPointerDown(event: React.PointerEvent): void {
    if (event.button !== 0 || scene === null) {
      return;
    }
    const { x, y } = place(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { pans: event.shiftKey, fromX: x, fromY: y, x, y };
  }

  function onPointerMove(event: React.PointerEvent): void {
    if (scene === null) {
      return;
    }
    const { x, y } = place(event);
    const dragged = drag.current;
    if (dragged === null) {
      const at = pointAt(lines, scene.axes, x, y);
      bus.set(at === null ? null : { axis, ...at });
      return;
    }
    drag.current = { ...dragged, x, y };
    if (dragged.pans) {
      const { left, right } = scene.area;
      pan(scene, (dragged.x - x) / (right - left));
    } else {
      mark();
    }
  }

  function onPointerUp(): void {
    const dragged = drag.current;
    drag.current = null;
    mark();
    if (dragged === null || dragged.pans || scene === null) {
      return;
    }
    const chosen = boxOf(dragged, scene.area);
    if (chosen !== null) {
      const { axes } = scene;
      const x = [chosen.left, chosen.right].map(at => toValue(axes.x, at));
      const y = [chosen.bottom, chosen.top].map(at => toValue(axes.y, at));
      onZoom({
        x: [valueAt(x, 0), valueAt(x, 1)],
        y: chosen.flat ? zoom.y : [valueAt(y, 0), valueAt(y, 1)]
      });
    }
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (
      scene === null ||
      event.target !== event.currentTarget ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    ) {
      return;
    }
    const [low, high] = scene.axes.x.domain;
    const about = bus.current?.x ?? (low + high) / 2;
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction !== undefined && event.shiftKey) {
      pan(scene, direction * PAN);
    } else if (event.key === '+' || event.key === '=') {
      zoomAbout(scene, about, 0.5);
    } else if (event.key === '-') {
      zoomAbout(scene, about, 2);
    } else if (event.key === '0' || event.key === 'Escape') {
      bus.set(null);
      onZoom(NO_ZOOM);
    } else {
      const next = stepAlong(lines, scene.axes, bus.current, event.key);
      if (next === null) {
        return;
      }
      bus.set({ axis, ...next.at });
      setSaid(sayPoint(next.line, next.index, trans));
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={setElement}
      className="jp-trackbook-plot"
      style={{ blockSize: height }}
      role="figure"
      aria-label={description}
      aria-describedby={help}
      tabIndex={0}
      data-lines={lines.length}
      data-domain={scene?.axes.x.domain.join(' ')}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerEnter={() => setInside(true)}
      onPointerLeave={() => {
        setInside(false);
        if (drag.current === null) {
          bus.set(null);
        }
      }}
      onFocus={() => setInside(true)}
      onBlur={() => {
        setInside(false);
        bus.set(null);
      }}
      onDoubleClick={() => onZoom(NO_ZOOM)}
    >
      <canvas ref={setBase} style={{ inlineSize: width, blockSize: height }} />
      <canvas ref={over} style={{ inlineSize: width, blockSize: height }} />
      {inside && scene !== null ? (
        <LineTooltip lines={lines} options={options} axes={scene.axes} />
      ) : null}
      <span id={help} className="jp-trackbook-hidden">
        {trans.__(
          'Arrow keys go from point to point and from line to line, plus and minus zoom, Shift with an arrow moves the part that is shown, Escape shows everything.'
        )}
      </span>
      <span className="jp-trackbook-hidden" aria-live="polite">
        {said}
      </span>
    </div>
  );
}
