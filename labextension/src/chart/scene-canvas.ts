/**
 * Scenes on canvases: sized for the screen's pixels, painted once a frame at most.
 */
import { useEffect, useState } from 'react';

import { paint } from '../plot/canvas';
import type { Scene } from '../plot/scene';

/** Paints `scene` on `canvas` with the next frame, and whenever it is another one. */
export function useScene(
  canvas: HTMLCanvasElement | null,
  scene: Scene | null
): void {
  useEffect(() => {
    if (canvas === null || scene === null) {
      return;
    }
    const frame = requestAnimationFrame(() => paintOn(canvas, scene));
    return () => cancelAnimationFrame(frame);
  }, [canvas, scene]);
}

export function paintOn(canvas: HTMLCanvasElement, scene: Scene): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(scene.width * ratio);
  const height = Math.round(scene.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (context !== null) {
    paint(scene, context, ratio);
  }
}

/** The element's width in whole pixels; 0 while it is hidden. */
export function useWidth(element: HTMLElement | null): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) {
      return;
    }
    const observer = new ResizeObserver(entries => {
      const measured = entries[entries.length - 1]?.contentRect.width ?? 0;
      // A hidden tab has no width; its picture can wait.
      if (measured > 0) {
        setWidth(Math.floor(measured));
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
