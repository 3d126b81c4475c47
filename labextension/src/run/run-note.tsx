/**
 * A run's note: Markdown, drawn by JupyterLab, edited as its source.
 */
import { useState } from 'react';
import type { KeyboardEvent } from 'react';

import { useServices } from '../views/context';
import { Card } from '../views/parts';
import { Rendered } from '../views/rendered';

type Props = {
  readonly note: string;
  readonly onEdit: (note: string) => void;
};

export function RunNote({ note, onEdit }: Props): JSX.Element {
  const { trans } = useServices();
  const [draft, setDraft] = useState<string | null>(null);

  if (draft === null) {
    return (
      <Card
        title={trans.__('Note')}
        className="jp-trackbook-note"
        aside={
          <button
            className="jp-trackbook-link"
            aria-label={trans.__('Edit the note')}
            onClick={() => setDraft(note)}
          >
            {trans.__('edit')}
          </button>
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
      onEdit(draft);
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
    <Card title={trans.__('Note')} className="jp-trackbook-note">
      <textarea
        className="jp-trackbook-input"
        aria-label={trans.__('Note, in Markdown')}
        value={draft}
        rows={6}
        autoFocus
        onChange={event => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="jp-trackbook-actions">
        <span className="jp-trackbook-hint">{trans.__('Markdown')}</span>
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
