/**
 * A side area opens narrower than a row can be read in; it is widened once.
 */
import { SplitPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';

/** The width in px that a row needs for its params, its line and its number. */
const READABLE = 380;
/** Wider than this part of the window would be in the notebook's way. */
const MOST = 0.35;
/** Where it is noted that it was done, so that whoever narrows it again keeps that. */
const DONE_KEY = 'trackbook:panel-was-widened';

/** A function that makes room for `panel` the first time that it is too narrow. */
export function createWidener(panel: Widget): () => void {
  return () => {
    if (localStorage.getItem(DONE_KEY) === null) {
      // The area that it stands in takes its own width first.
      requestAnimationFrame(() => {
        if (panel.isVisible) {
          localStorage.setItem(DONE_KEY, 'true');
          makeRoom(panel);
        }
      });
    }
  };
}

function makeRoom(panel: Widget): void {
  let side: Widget = panel;
  while (side.parent !== null && !(side.parent instanceof SplitPanel)) {
    side = side.parent;
  }
  const split = side.parent;
  if (!(split instanceof SplitPanel) || split.orientation !== 'horizontal') {
    return;
  }
  const index = split.widgets.indexOf(side);
  const whole = split.node.offsetWidth;
  const wanted = Math.min(READABLE, whole * MOST);
  const missing = (wanted - side.node.offsetWidth) / whole;
  const sizes = split.relativeSizes();
  const largest = sizes.indexOf(Math.max(...sizes));
  if (missing > 0 && largest !== index) {
    split.setRelativeSizes(
      sizes.map((size, at) =>
        at === index ? size + missing : at === largest ? size - missing : size
      )
    );
  }
}
