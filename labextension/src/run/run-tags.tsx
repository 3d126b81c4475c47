/**
 * A run's tags: to read, to remove, to add as `key` or `key=value`.
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

  const add = (): void => {
    const tag = parseTag(draft ?? '');
    setDraft(null);
    if (tag !== null) {
      onEdit({ [tag.key]: tag.value });
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
          <span>{value === '' ? key : `${key}=${value}`}</span>
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
          <button className="jp-trackbook-add-tag" onClick={() => setDraft('')}>
            {trans.__('+ tag')}
          </button>
        ) : (
          <input
            className="jp-trackbook-input jp-trackbook-tag-input"
            aria-label={trans.__('New tag')}
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

export function parseTag(text: string): { key: string; value: string } | null {
  const at = text.indexOf('=');
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  return key === '' ? null : { key, value };
}
