/**
 * Adds panels, and keeps what is arranged under a name.
 */
import { useState } from 'react';

import { useServices } from '../views/context';
import { UNNAMED } from './panels';
import type { Views } from './use-views';

type Props = {
  readonly views: Views;
  readonly chooses: boolean;
  readonly onChoose: () => void;
};

export function ViewBar({ views, chooses, onChoose }: Props): JSX.Element {
  const { trans } = useServices();
  const [name, setName] = useState<string | null>(null);
  return (
    <div className="jp-trackbook-controls">
      <button
        className="jp-trackbook-toggle"
        aria-expanded={chooses}
        onClick={onChoose}
      >
        {trans.__('Add a panel')}
      </button>
      {views.names.length === 0 ? null : (
        <select
          className="jp-trackbook-choice"
          aria-label={trans.__('View')}
          value={views.current}
          onChange={event => views.show(event.target.value)}
        >
          <option value={UNNAMED}>{trans.__('Unnamed view')}</option>
          {views.names.map(one => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      )}
      {name === null ? (
        <button className="jp-trackbook-toggle" onClick={() => setName('')}>
          {trans.__('Save view as…')}
        </button>
      ) : (
        <form
          className="jp-trackbook-view-name"
          onSubmit={event => {
            event.preventDefault();
            if (name.trim() !== '') {
              views.show(name.trim());
            }
            setName(null);
          }}
        >
          <input
            autoFocus
            aria-label={trans.__('The view’s name')}
            placeholder={trans.__('The view’s name')}
            value={name}
            onChange={event => setName(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Escape') {
                setName(null);
              }
            }}
          />
          <button className="jp-trackbook-link" type="submit">
            {trans.__('Save')}
          </button>
        </form>
      )}
      {views.current === UNNAMED ? null : (
        <button
          className="jp-trackbook-toggle"
          onClick={() => views.remove(views.current)}
        >
          {trans.__('Delete view')}
        </button>
      )}
      <button className="jp-trackbook-toggle" onClick={views.reset}>
        {trans.__('Reset panels')}
      </button>
    </div>
  );
}
