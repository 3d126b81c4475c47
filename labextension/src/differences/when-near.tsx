/**
 * What is costly to draw stands in the page only while it is in or near the view.
 */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

const MARGIN = '600px 0px';

type Watch = (near: boolean) => void;

/** One observer for everything that scrolls together. */
const observers = new WeakMap<
  Element | Document,
  { observer: IntersectionObserver; watches: Map<Element, Watch> }
>();

/** @param height what to reserve before it was drawn once, in pixels. */
export function WhenNear(props: {
  readonly height: number;
  readonly children: () => ReactNode;
}): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(props.height);
  // Where nothing can be observed, everything is drawn.
  const [near, setNear] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    const element = host.current;
    if (element === null || typeof IntersectionObserver === 'undefined') {
      return;
    }
    let wasNear = false;
    return watch(element, isNear => {
      // Only what was drawn is measured: it would be laid out to be.
      if (wasNear && !isNear && element.offsetHeight > 0) {
        setHeight(element.offsetHeight);
      }
      wasNear = isNear;
      setNear(isNear);
    });
  }, []);
  return (
    <div ref={host} style={near ? undefined : { minBlockSize: height }}>
      {near ? props.children() : null}
    </div>
  );
}

function watch(element: Element, tell: Watch): () => void {
  const root = scrollerOf(element);
  let group = observers.get(root);
  if (group === undefined) {
    const watches = new Map<Element, Watch>();
    const observer = new IntersectionObserver(
      entries => {
        for (const entry of entries) {
          watches.get(entry.target)?.(entry.isIntersecting);
        }
      },
      { root, rootMargin: MARGIN }
    );
    group = { observer, watches };
    observers.set(root, group);
  }
  const { observer, watches } = group;
  watches.set(element, tell);
  observer.observe(element);
  return () => {
    watches.delete(element);
    observer.unobserve(element);
  };
}

function scrollerOf(element: Element): Element | Document {
  for (
    let parent = element.parentElement;
    parent !== null;
    parent = parent.parentElement
  ) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY)) {
      return parent;
    }
  }
  return document;
}
