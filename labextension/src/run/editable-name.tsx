/**
 * A name that becomes a field when it is asked to.
 */
import { useState } from 'react';
import type { KeyboardEvent } from 'react';

import { useServices } from '../views/context';

type Props = {
  readonly name: string;
  /** Gets the trimmed text; empty gives the automatic name back. */
  readonly onRename: (name: string) => void;
};

export function EditableName({ name, onRename }: Props): JSX.Element {
  const { trans } = useServices();
  const [draft, setDraft] = useState<string | null>(null);

  if (draft === null) {
    return (
      <h1 className="jp-trackbook-run-name">
        <button
          title={trans.__('Rename %1', name)}
          onClick={() => setDraft(name)}
        >
          {name}
        </button>
      </h1>
    );
  }

  const finish = (): void => {
    setDraft(null);
    if (draft.trim() !== name) {
      onRename(draft.trim());
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends the choice in an input method's list.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      finish();
    } else if (event.key === 'Escape') {
      setDraft(null);
    }
    event.stopPropagation();
  };
  return (
    <input
      className="jp-trackbook-run-name jp-trackbook-input"
      aria-label={trans.__('Name of the run')}
      placeholder={trans.__('Leave empty for the automatic name')}
      value={draft}
      autoFocus
      onFocus={event => event.target.select()}
      onChange={event => setDraft(event.target.value)}
      onBlur={finish}
      onKeyDown={onKeyDown}
    />
  );
}
