/**
 * A run's note: Markdown, drawn by JupyterLab, edited as its source.
 */
import { useState } from 'react';
import type { KeyboardEvent } from 'react';

import { useServices } from '../views/context';
import { Card, Segmented } from '../views/parts';
import { Rendered } from '../views/rendered';

type Props = {
  readonly note: string;
  readonly onEdit: (note: string) => void;
};

/** A note that was replaced, and by what. */
type Replaced = { readonly note: string; readonly by: string };

export function RunNote({ note, onEdit }: Props): JSX.Element {
  const { trans } = useServices();
  const [draft, setDraft] = useState<string | null>(null);
  const [isPreview, setPreview] = useState(false);
  /** What the last save replaced, as long as it stands. */
  const [replaced, setReplaced] = useState<Replaced | null>(null);
  const undoable = replaced?.by === note ? replaced.note : null;

  const begin = (): void => {
    setPreview(false);
    setDraft(note);
  };
  const put = (next: string): void => {
    setReplaced({ note, by: next });
    onEdit(next);
  };

  if (draft === null) {
    return (
      <Card
        title={trans.__('Note')}
        className="jp-trackbook-note"
        aside={
          <>
            {undoable === null ? null : (
              <button
                className="jp-trackbook-link"
                aria-label={trans.__('Undo the edit of the note')}
                onClick={() => put(undoable)}
              >
                {trans.__('undo')}
              </button>
            )}
            <button
              className="jp-trackbook-link"
              aria-label={trans.__('Edit the note')}
              onClick={begin}
            >
              {trans.__('edit')}
            </button>
          </>
        }
      >
        {note.trim() === '' ? (
          <p className="jp-trackbook-hint">
            {trans.__('Why this attempt, and what next?')}
          </p>
        ) : (
          <Rendered mimeType="text/markdown" data={note} />
        )}
      </Card>
    );
  }

  const save = (): void => {
    setDraft(null);
    if (draft !== note) {
      put(draft);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (
      event.key === 'Enter' &&
      (event.ctrlKey || event.metaKey || event.shiftKey)
    ) {
      event.preventDefault();
      save();
    } else if (event.key === 'Escape') {
      setDraft(null);
    }
    event.stopPropagation();
  };
  return (
    <Card
      title={trans.__('Note')}
      className="jp-trackbook-note"
      aside={
        <Segmented
          label={trans.__('How the note is shown')}
          value={isPreview ? 'preview' : 'write'}
          choices={[
            ['write', trans.__('Write')],
            ['preview', trans.__('Preview')]
          ]}
          onChange={value => setPreview(value === 'preview')}
        />
      }
    >
      {isPreview ? (
        <div className="jp-trackbook-note-preview">
          <Rendered mimeType="text/markdown" data={draft} />
        </div>
      ) : (
        <textarea
          className="jp-trackbook-input"
          aria-label={trans.__('Note, in Markdown')}
          value={draft}
          rows={6}
          autoFocus
          onChange={event => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
      )}
      <div className="jp-trackbook-actions">
        <span className="jp-trackbook-hint">
          {trans.__('Markdown; Ctrl+Enter saves, Escape leaves it')}
        </span>
        <button
          className="jp-trackbook-button jp-trackbook-small"
          onClick={() => setDraft(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          className="jp-trackbook-button jp-mod-primary jp-trackbook-small"
          onClick={save}
        >
          {trans.__('Save')}
        </button>
      </div>
    </Card>
  );
}
