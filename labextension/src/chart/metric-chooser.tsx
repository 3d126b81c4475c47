/**
 * Finds a metric among very many: what is typed narrows the list, of which only what is
 * in sight is drawn.
 */
import { useEffect, useId, useMemo, useRef, useState } from 'react';

import type { ChartedMetric } from '../contract';
import { useServices } from '../views/context';

export type ChoosableMetric = Pick<
  ChartedMetric,
  'key' | 'run_count' | 'is_result'
>;

type Props = {
  readonly metrics: readonly ChoosableMetric[];
  /** Whether one is wanted and no more. */
  readonly isSingle?: boolean;
  readonly runCount: number;
  /** Those that are there already. */
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: readonly string[]) => void;
  readonly onClose: () => void;
};

const ROW = 26;
const SHOWN = 10;
/** So many are added with one click at most. */
const AT_ONCE = 12;

export function MetricChooser(props: Props): JSX.Element {
  const { metrics, runCount, chosen, onChoose, onClose } = props;
  const { trans } = useServices();
  const id = useId();
  const [text, setText] = useState('');
  const [current, setCurrent] = useState(0);
  const [scrolled, setScrolled] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => matching(metrics, text), [metrics, text]);
  const first = Math.max(0, Math.floor(scrolled / ROW) - 4);
  const visible = found.slice(first, first + SHOWN + 10);
  const fresh = found.filter(({ key }) => !chosen.has(key)).slice(0, AT_ONCE);
  const height = Math.min(SHOWN, Math.max(1, found.length)) * ROW;

  useEffect(() => {
    const { current: element } = list;
    if (element === null) {
      return;
    }
    const top = current * ROW;
    if (top < element.scrollTop) {
      element.scrollTop = top;
    } else if (top + ROW > element.scrollTop + height) {
      element.scrollTop = top + ROW - height;
    }
  }, [current, height]);

  function onKeyDown(event: React.KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: SHOWN,
      PageUp: -SHOWN
    };
    const step = steps[event.key];
    const option = found[current];
    if (step !== undefined) {
      setCurrent(Math.min(found.length - 1, Math.max(0, current + step)));
    } else if (event.key === 'Enter' && option !== undefined) {
      onChoose([option.key]);
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="jp-trackbook-metric-chooser">
      <div className="jp-trackbook-metric-chooser-head">
        <input
          className="jp-trackbook-metric-chooser-search"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={
            found.length > 0 ? `${id}-${current}` : undefined
          }
          aria-label={trans.__('Find a metric')}
          placeholder={trans.__('Find a metric')}
          autoFocus
          value={text}
          onChange={event => {
            setText(event.target.value);
            setCurrent(0);
          }}
          onKeyDown={onKeyDown}
        />
        <span className="jp-trackbook-faint" role="status">
          {trans._n('%1 metric', '%1 metrics', found.length, found.length)}
        </span>
        {props.isSingle !== true && text.trim() !== '' && fresh.length > 1 ? (
          <button
            className="jp-trackbook-link"
            onClick={() => onChoose(fresh.map(({ key }) => key))}
          >
            {trans.__('Add %1 of them', fresh.length)}
          </button>
        ) : null}
        <button className="jp-trackbook-link" onClick={onClose}>
          {props.isSingle === true ? trans.__('Cancel') : trans.__('Done')}
        </button>
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        className="jp-trackbook-metric-chooser-list"
        role="listbox"
        aria-label={trans.__('Metrics')}
        tabIndex={-1}
        style={{ blockSize: height }}
        onScroll={event => setScrolled(event.currentTarget.scrollTop)}
      >
        {found.length === 0 ? (
          <p className="jp-trackbook-hint">
            {trans.__('No metric has “%1” in its name.', text)}
          </p>
        ) : null}
        <div role="none" style={{ blockSize: found.length * ROW }}>
          {visible.map((metric, offset) => {
            const index = first + offset;
            return (
              <div
                key={metric.key}
                id={`${id}-${index}`}
                className="jp-trackbook-metric-chooser-option"
                role="option"
                aria-selected={index === current}
                aria-setsize={found.length}
                aria-posinset={index + 1}
                style={{ insetBlockStart: index * ROW, blockSize: ROW }}
                title={metric.key}
                onPointerEnter={() => setCurrent(index)}
                onClick={() => onChoose([metric.key])}
              >
                <span className="jp-trackbook-run-text">{metric.key}</span>
                <span className="jp-trackbook-faint">
                  {chosen.has(metric.key)
                    ? trans.__('shown')
                    : metric.run_count < runCount
                      ? trans.__('%1 of %2 runs', metric.run_count, runCount)
                      : metric.is_result
                        ? ''
                        : trans.__('a value')}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The metrics that have every word that was typed in their name. */
export function matching<M extends { readonly key: string }>(
  metrics: readonly M[],
  text: string
): readonly M[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? metrics
    : metrics.filter(({ key }) => {
        const name = key.toLowerCase();
        return words.every(word => name.includes(word));
      });
}
