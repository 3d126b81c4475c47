/**
 * Which columns the list has, in which order.
 */
import { closeIcon } from '@jupyterlab/ui-components';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';

import {
  ATTRIBUTES,
  columnOf,
  columnTitle,
  kindWord,
  movedTo
} from '../columns';
import type { RunColumn } from '../contract';
import { columnsOf } from '../store';
import { useActions, useTrackbookState, useTrans } from '../widgets';
import { FailureWords } from './states';
import { useKnownColumns } from './use-columns';

/** So many columns are offered at once; the search finds the others. */
const MOST_SHOWN = 200;

export function ColumnButton(): ReactElement {
  const trans = useTrans();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const count = useTrackbookState(state => columnsOf(state).length);
  return (
    <span className="jp-trackbook-column-menu">
      <button
        ref={button}
        className="jp-trackbook-quiet"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={trans.__('Choose what is shown of each run')}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        {count === 0 ? trans.__('Columns') : trans.__('Columns (%1)', count)}
      </button>
      {isOpen && (
        <ColumnChooser
          onClose={refocus => {
            setOpen(false);
            if (refocus) {
              button.current?.focus();
            }
          }}
        />
      )}
    </span>
  );
}

function ColumnChooser(props: {
  readonly onClose: (refocus: boolean) => void;
}): ReactElement {
  const { onClose } = props;
  const trans = useTrans();
  const actions = useActions();
  const chosen = useTrackbookState(columnsOf);
  const [known, read] = useKnownColumns();
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    read();
    field.current?.focus();
  }, [read]);
  useEffect(() => {
    const onPointerDown = (event: Event): void => {
      const parent = box.current?.parentElement;
      if (event.target instanceof Node && !parent?.contains(event.target)) {
        onClose(false);
      }
    };
    document.addEventListener('pointerdown', onPointerDown, true);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown, true);
    };
  }, [onClose]);

  const columns = known.kind === 'ready' ? known.columns : [];
  const varying = columns
    .filter(({ kind, varies }) => kind === 'param' && varies)
    .map(({ name }) => name);
  const missing = varying.filter(name => !chosen.includes(name));
  const offered = [...columns.map(({ name }) => name), ...ATTRIBUTES].filter(
    name =>
      !chosen.includes(name) &&
      columnTitle(name, trans).toLowerCase().includes(search.toLowerCase())
  );
  return (
    <div
      ref={box}
      className="jp-trackbook-chooser"
      role="dialog"
      aria-label={trans.__('Columns')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose(true);
        }
      }}
    >
      <div className="jp-trackbook-chooser-head">
        <input
          ref={field}
          type="text"
          className="jp-trackbook-chooser-search"
          placeholder={trans.__('Find a param, metric or tag')}
          aria-label={trans.__('Find a column')}
          value={search}
          onChange={event => {
            setSearch(event.target.value);
          }}
        />
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Close')}
          onClick={() => {
            onClose(true);
          }}
        >
          <closeIcon.react tag="span" />
        </button>
      </div>
      <div className="jp-trackbook-chooser-acts">
        <button
          className="jp-trackbook-link"
          disabled={missing.length === 0}
          onClick={() => {
            actions.setColumns([...chosen, ...missing]);
          }}
        >
          {missing.length === 0
            ? trans.__('Add the params that vary')
            : trans._n(
                'Add the %1 param that varies',
                'Add the %1 params that vary',
                missing.length
              )}
        </button>
        <button
          className="jp-trackbook-link"
          disabled={chosen.length === 0}
          title={trans.__('Each row shows what changed and what varies')}
          onClick={() => {
            actions.setColumns([]);
          }}
        >
          {trans.__('Choose none')}
        </button>
      </div>
      <ChosenColumns chosen={chosen} />
      {known.kind === 'failed' ? (
        <FailureWords failure={known.failure} />
      ) : (
        <Offered names={offered} columns={columns} chosen={chosen} />
      )}
    </div>
  );
}

function Offered(props: {
  readonly names: readonly string[];
  readonly columns: readonly RunColumn[];
  readonly chosen: readonly string[];
}): ReactElement {
  const { names, columns, chosen } = props;
  const trans = useTrans();
  const actions = useActions();
  const same = new Set(
    columns.filter(({ varies }) => !varies).map(({ name }) => name)
  );
  return (
    <div className="jp-trackbook-chooser-list">
      {names.length === 0 && (
        <p className="jp-trackbook-faint">{trans.__('There is none.')}</p>
      )}
      {names.slice(0, MOST_SHOWN).map(name => (
        <label key={name} title={columnTitle(name, trans)}>
          <input
            type="checkbox"
            checked={false}
            onChange={() => {
              actions.setColumns([...chosen, name]);
            }}
          />
          <bdi>{columnTitle(name, trans)}</bdi>
          <span className="jp-trackbook-faint">
            {same.has(name)
              ? trans.__('the same in all')
              : kindWord(columnOf(name).kind, trans)}
          </span>
        </label>
      ))}
      {names.length > MOST_SHOWN && (
        <p className="jp-trackbook-faint">
          {trans.__('%1 more: search to find them', names.length - MOST_SHOWN)}
        </p>
      )}
    </div>
  );
}

/** The chosen columns in their order, which dragging and Alt with arrows change. */
function ChosenColumns(props: {
  readonly chosen: readonly string[];
}): ReactElement | null {
  const { chosen } = props;
  const trans = useTrans();
  const actions = useActions();
  const hint = useId();
  const [dragged, setDragged] = useState<string | null>(null);
  if (chosen.length === 0) {
    return null;
  }
  const moveTo = (name: string, index: number): void => {
    actions.setColumns(movedTo(chosen, name, index));
  };
  const onKeyDown = (event: KeyboardEvent, name: string): void => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.altKey && by !== 0) {
      event.preventDefault();
      moveTo(name, chosen.indexOf(name) + by);
    }
  };
  return (
    <div className="jp-trackbook-chooser-list jp-mod-chosen">
      <span id={hint} className="jp-trackbook-chooser-hint">
        {trans.__('Drag to reorder, or press Alt with Up or Down')}
      </span>
      {chosen.map((name, index) => (
        <label
          key={name}
          draggable
          className={dragged === name ? 'jp-mod-dragged' : undefined}
          title={columnTitle(name, trans)}
          onDragStart={event => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('text/plain', name);
            setDragged(name);
          }}
          onDragOver={event => {
            if (dragged !== null) {
              event.preventDefault();
            }
          }}
          onDrop={event => {
            event.preventDefault();
            if (dragged !== null && dragged !== name) {
              moveTo(dragged, index);
            }
          }}
          onDragEnd={() => {
            setDragged(null);
          }}
        >
          <input
            type="checkbox"
            checked
            aria-describedby={hint}
            onKeyDown={event => {
              onKeyDown(event, name);
            }}
            onChange={() => {
              actions.setColumns(chosen.filter(other => other !== name));
            }}
          />
          <bdi>{columnTitle(name, trans)}</bdi>
          <span className="jp-trackbook-faint">
            {kindWord(columnOf(name).kind, trans)}
          </span>
        </label>
      ))}
    </div>
  );
}
