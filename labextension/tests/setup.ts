/**
 * What a browser has and jsdom lacks, and Lumino and JupyterLab touch at import.
 */
import { afterEach } from 'vitest';

class DragEventShim extends MouseEvent {}

class ResizeObserverShim implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

class IntersectionObserverShim extends ResizeObserverShim {
  takeRecords(): [] {
    return [];
  }
}

const shims = {
  DragEvent: DragEventShim,
  IntersectionObserver: IntersectionObserverShim,
  ResizeObserver: ResizeObserverShim,
  matchMedia: (query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false
  })
};

for (const [name, value] of Object.entries(shims)) {
  if (typeof Reflect.get(globalThis, name) !== 'function') {
    Object.defineProperty(globalThis, name, {
      value,
      writable: true,
      configurable: true
    });
  }
}

// jsdom has no canvas: what would be painted is told by scenes.
HTMLCanvasElement.prototype.getContext = () => null;

// After the shims: testing-library is only needed where a spec renders something.
afterEach(async () => {
  const { cleanup } = await import('@testing-library/react');
  cleanup();
});
