/**
 * A run's name, and the field that it turns into while it is edited.
 */
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';

import type { RunRow } from '../contract';
import { useTrans } from '../widgets';

type RowNameProps = {
  readonly run: RunRow;
  readonly editing: boolean;
  readonly onEdit: () => void;
  /** The new name, or null if it stays; `byKeyboard`: focus goes back to the row. */
  readonly onDone: (name: string | null, byKeyboard: boolean) => void;
};

export function RowName(props: RowNameProps): ReactElement {
  const { run, editing, onEdit } = props;
  if (editing) {
    return <NameField {...props} />;
  }
  return (
    <span
      className="jp-trackbook-name"
      dir="auto"
      title={run.name}
      onDoubleClick={event => {
        event.stopPropagation();
        onEdit();
      }}
    >
      {run.name}
    </span>
  );
}

function NameField({ run, onDone }: RowNameProps): ReactElement {
  const trans = useTrans();
  const field = useRef<HTMLInputElement>(null);
  // Enter and Escape make the field go, and a field that goes also blurs.
  const done = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const finish = (name: string | null, byKeyboard: boolean): void => {
    if (!done.current) {
      done.current = true;
      onDone(name, byKeyboard);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      finish(event.currentTarget.value.trim(), true);
    } else if (event.key === 'Escape') {
      finish(null, true);
    }
  };
  return (
    <input
      ref={field}
      className="jp-trackbook-name-field"
      // Letters are part of the name here, and no keys of the list.
      data-lm-suppress-shortcuts="true"
      dir="auto"
      defaultValue={run.name}
      maxLength={200}
      aria-label={trans.__(
        'Name of the run; empty gives the automatic name back'
      )}
      placeholder={trans.__('automatic name')}
      onKeyDown={onKeyDown}
      onClick={event => {
        event.stopPropagation();
      }}
      onDoubleClick={event => {
        event.stopPropagation();
      }}
      onBlur={event => {
        finish(event.currentTarget.value.trim(), false);
      }}
    />
  );
}
