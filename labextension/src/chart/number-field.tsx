/**
 * A number that may be left out; what is none is told, and changes nothing.
 */
import { useState } from 'react';

import { useServices } from '../views/context';

type Props = {
  readonly label: string;
  /** What it is called by itself, where the label is only a part of a sentence. */
  readonly name?: string;
  readonly value: number | null;
  readonly onValue: (value: number | null) => void;
};

export function NumberField(props: Props): JSX.Element {
  const { label, name, value, onValue } = props;
  const { trans } = useServices();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === null ? '' : String(value));
  const isNumber = shown.trim() === '' || Number.isFinite(Number(shown));
  return (
    <label>
      {label}{' '}
      <input
        className="jp-trackbook-limit"
        inputMode="decimal"
        placeholder={trans.__('auto')}
        aria-label={name}
        aria-invalid={!isNumber}
        value={shown}
        onChange={event => {
          const next = event.target.value;
          setText(next);
          if (next.trim() === '') {
            onValue(null);
          } else if (Number.isFinite(Number(next))) {
            onValue(Number(next));
          }
        }}
        onBlur={() => setText(null)}
      />
    </label>
  );
}
