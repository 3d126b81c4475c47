/**
 * A run's tags: to read, to edit, to remove, to add as `key` or `key=value`.
 */
import { useState } from 'react';
import type { KeyboardEvent } from 'react';

import { useServices } from '../views/context';

type Props = {
  readonly tags: Readonly<Record<string, string>>;
  /** Gets what changes; null removes a tag. */
  readonly onEdit: (tags: Record<string, string | null>) => void;
};

export function RunTags({ tags, onEdit }: Props): JSX.Element {
  const { trans } = useServices();
  const [draft, setDraft] = useState<string | null>(null);
  /** The tag that the draft is to stand for. */
  const [edited, setEdited] = useState<string | null>(null);

  const begin = (text: string, key: string | null): void => {
    setDraft(text);
    setEdited(key);
  };
  const add = (): void => {
    const tag = draft === null ? null : parseTag(draft);
    setDraft(null);
    if (tag !== null && (tag.key !== edited || tag.value !== tags[tag.key])) {
      onEdit({
        ...(edited === null ? {} : { [edited]: null }),
        [tag.key]: tag.value
      });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      add();
    } else if (event.key === 'Escape') {
      setDraft(null);
    }
    event.stopPropagation();
  };

  return (
    <ul className="jp-trackbook-tags" aria-label={trans.__('Tags')}>
      {Object.entries(tags).map(([key, value]) => (
        <li key={key} className="jp-trackbook-tag">
          <button
            className="jp-trackbook-tag-text"
            title={trans.__('Edit the tag: %1', textOf(key, value))}
            onClick={() => begin(textOf(key, value), key)}
          >
            {textOf(key, value)}
          </button>
          <button
            aria-label={trans.__('Remove the tag %1', key)}
            onClick={() => onEdit({ [key]: null })}
          >
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      <li>
        {draft === null ? (
          <button
            className="jp-trackbook-add-tag"
            onClick={() => begin('', null)}
          >
            {trans.__('+ tag')}
          </button>
        ) : (
          <input
            className="jp-trackbook-input jp-trackbook-tag-input"
            aria-label={
              edited === null
                ? trans.__('New tag')
                : trans.__('Edit the tag %1', edited)
            }
            placeholder={trans.__('tag or key=value')}
            value={draft}
            autoFocus
            onChange={event => setDraft(event.target.value)}
            onBlur={add}
            onKeyDown={onKeyDown}
          />
        )}
      </li>
    </ul>
  );
}

function textOf(key: string, value: string): string {
  return value === '' ? key : `${key}=${value}`;
}

export function parseTag(text: string): { key: string; value: string } | null {
  const at = text.indexOf('=');
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  return key === '' ? null : { key, value };
}
