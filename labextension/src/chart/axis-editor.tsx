/**
 * What one axis of parallel coordinates can be told: what it lets through, how it goes,
 * and where it stands.
 */
import { useEffect, useRef } from 'react';

import type { Brush } from '../plot/brush';
import { canBeLog } from '../plot/measure-axis';
import { useServices } from '../views/context';
import { NumberField } from './number-field';
import type { MeasuredAxis } from './parallel-view';
import type { ParallelAxis } from './panel-settings';
import { Toggle } from './toggle';

type Props = {
  readonly axis: MeasuredAxis;
  readonly onChange: (part: Partial<ParallelAxis>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
};

/** Of more words a list is of no use: they are brushed on the axis. */
const MOST_WORDS = 60;

export function AxisEditor(props: Props): JSX.Element {
  const { axis, onChange, onMove } = props;
  const { trans } = useServices();
  const { words } = axis.measure;
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => group.current?.focus(), [axis.of, axis.key]);
  return (
    <div
      className="jp-trackbook-chart-options jp-trackbook-axis-editor"
      ref={group}
      tabIndex={-1}
      role="group"
      aria-label={trans.__('Settings of the axis %1', axis.key)}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onClose();
        }
      }}
    >
      <strong>{axis.key}</strong>
      {words === null ? (
        <SpanFields axis={axis} onChange={onChange} />
      ) : (
        words
          .slice(0, MOST_WORDS)
          .map(word => (
            <WordBox key={word} word={word} axis={axis} onChange={onChange} />
          ))
      )}
      {words === null ? (
        <Toggle
          label={trans.__('log')}
          title={trans.__('Logarithmic values')}
          value={axis.log}
          disabled={!canBeLog(axis.measure)}
          onValue={log => onChange({ log })}
        />
      ) : null}
      <Toggle
        label={trans.__('flip')}
        title={trans.__('The greatest at the bottom')}
        value={axis.flipped}
        onValue={flipped => onChange({ flipped })}
      />
      <button className="jp-trackbook-link" onClick={() => onMove(-1)}>
        {trans.__('Move left')}
      </button>
      <button className="jp-trackbook-link" onClick={() => onMove(1)}>
        {trans.__('Move right')}
      </button>
      <button className="jp-trackbook-link" onClick={props.onRemove}>
        {trans.__('Remove the axis')}
      </button>
      <button className="jp-trackbook-link" onClick={props.onClose}>
        {trans.__('Done')}
      </button>
    </div>
  );
}

type FieldProps = Pick<Props, 'axis' | 'onChange'>;

/** An end that is left empty is the end of all values. */
function SpanFields({ axis, onChange }: FieldProps): JSX.Element {
  const { trans } = useServices();
  const there = axis.measure.values.filter(value => !Number.isNaN(value));
  const least = Math.min(...there);
  const greatest = Math.max(...there);
  const span = axis.brush?.kind === 'span' ? axis.brush.span : null;
  const low = span === null || span[0] <= least ? null : span[0];
  const high = span === null || span[1] >= greatest ? null : span[1];
  const brush = (from: number | null, to: number | null): void => {
    const next: Brush = { kind: 'span', span: [from ?? least, to ?? greatest] };
    onChange({
      brush:
        (from === null && to === null) || next.span[0] > next.span[1]
          ? null
          : next
    });
  };
  return (
    <>
      <NumberField
        label={trans.__('from')}
        name={trans.__('From')}
        value={low}
        onValue={from => brush(from, high)}
      />
      <NumberField
        label={trans.__('to')}
        name={trans.__('To')}
        value={high}
        onValue={to => brush(low, to)}
      />
    </>
  );
}

function WordBox(props: FieldProps & { readonly word: string }): JSX.Element {
  const { axis, onChange, word } = props;
  const all = axis.measure.words ?? [];
  const chosen = axis.brush?.kind === 'words' ? axis.brush.words : all;
  return (
    <label>
      <input
        type="checkbox"
        checked={chosen.includes(word)}
        onChange={event => {
          const { checked } = event.target;
          const words = all.filter(one =>
            one === word ? checked : chosen.includes(one)
          );
          // All of them, or none, is no choice.
          const isChoice = words.length > 0 && words.length < all.length;
          onChange({ brush: isChoice ? { kind: 'words', words } : null });
        }}
      />
      {word}
    </label>
  );
}
