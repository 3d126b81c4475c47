/**
 * The search box: a field that completes what is written in it, says in place what is
 * not understood, and how much it finds.
 */
import { closeIcon, searchIcon } from '@jupyterlab/ui-components';
import { useEffect, useId, useRef } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';

import type { Problem } from '../contract';
import { useTrackbook, useTrackbookState, useTrans } from '../widgets';
import { keepIcon } from './icons';
import { excerptOf } from './search-options';
import type { SearchOption } from './search-options';
import { useSearch } from './use-search';
import type { SearchBox as Box } from './use-search';

export function SearchBox(): ReactElement {
  const trans = useTrans();
  const { lists } = useTrackbook();
  const field = useRef<HTMLInputElement>(null);
  const box = useSearch(cursor => {
    // Once the field shows the text that the cursor is a place in.
    requestAnimationFrame(() => {
      field.current?.setSelectionRange(cursor, cursor);
    });
  });
  const id = useId();
  const isOpen = box.options.length > 0;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    if (
      onKey(event, box, () => {
        lists.act({ kind: 'refocus' });
      })
    ) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div className="jp-trackbook-search" role="search">
      <div className="jp-trackbook-search-line">
        <searchIcon.react tag="span" className="jp-trackbook-search-icon" />
        <input
          ref={field}
          type="text"
          role="combobox"
          className="jp-trackbook-search-field"
          aria-label={trans.__('Search runs')}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-options` : undefined}
          aria-activedescendant={
            box.active >= 0 ? `${id}-${box.active}` : undefined
          }
          aria-invalid={box.problem !== null}
          aria-describedby={`${id}-said`}
          placeholder={trans.__('Search: metrics.acc > 0.9 or text: "scaler"')}
          title={trans.__('Search runs (/)')}
          spellCheck={false}
          autoComplete="off"
          dir="auto"
          value={box.text}
          onChange={event => {
            const { value, selectionStart } = event.target;
            box.write(value, selectionStart ?? value.length);
          }}
          onFocus={event => {
            if (event.target.value === '') {
              box.offer(0);
            }
          }}
          onBlur={box.close}
          onKeyDown={onKeyDown}
        />
        {box.text !== '' && <Buttons box={box} />}
      </div>
      {isOpen && <Options id={id} box={box} />}
      <div id={`${id}-said`} className="jp-trackbook-search-said" role="status">
        {box.problem === null ? (
          <Count />
        ) : (
          <Trouble
            filter={box.text}
            problem={box.problem}
            onFix={filter => {
              box.submit(filter);
              field.current?.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}

/** Does what a key is for; answers whether it was for anything. */
function onKey(
  event: KeyboardEvent<HTMLInputElement>,
  box: Box,
  leave: () => void
): boolean {
  const chosen = box.options[box.active];
  const cursor = event.currentTarget.selectionStart ?? box.text.length;
  switch (event.key) {
    case 'ArrowDown':
    case 'ArrowUp':
      if (box.options.length === 0) {
        box.offer(cursor);
      } else {
        box.move(event.key === 'ArrowDown' ? 1 : -1);
      }
      return true;
    case 'Tab':
      if (chosen === undefined || event.shiftKey) {
        return false;
      }
      box.take(chosen);
      return true;
    case 'Enter':
      if (chosen === undefined) {
        box.submit(box.text);
      } else {
        box.take(chosen);
      }
      return true;
    case 'Escape':
      if (box.options.length > 0) {
        box.close();
      } else if (box.text !== '') {
        box.clear();
      } else {
        leave();
      }
      return true;
    default:
      return false;
  }
}

function Buttons({ box }: { readonly box: Box }): ReactElement {
  const trans = useTrans();
  return (
    <>
      <button
        className="jp-trackbook-quiet"
        aria-pressed={box.isSaved}
        aria-label={trans.__('Keep this search')}
        title={
          box.isSaved
            ? trans.__('Keep this search no longer')
            : trans.__('Keep this search: it is offered below the empty box')
        }
        onClick={box.toggleSaved}
      >
        <keepIcon.react tag="span" />
      </button>
      <button
        className="jp-trackbook-quiet"
        aria-label={trans.__('Clear the search')}
        title={trans.__('Clear the search (Escape)')}
        onClick={box.clear}
      >
        <closeIcon.react tag="span" />
      </button>
    </>
  );
}

function Options(props: {
  readonly id: string;
  readonly box: Box;
}): ReactElement {
  const { id, box } = props;
  const trans = useTrans();
  const active = useRef<HTMLLIElement>(null);
  useEffect(() => {
    active.current?.scrollIntoView({ block: 'nearest' });
  }, [box.active]);
  return (
    <ul
      id={`${id}-options`}
      className="jp-trackbook-search-options"
      role="listbox"
      aria-label={trans.__('What can stand here')}
    >
      {box.options.map((option, index) => (
        <li
          key={`${option.kind} ${option.label}`}
          id={`${id}-${index}`}
          ref={index === box.active ? active : undefined}
          role="option"
          aria-selected={index === box.active}
          // The field keeps the focus, so that one can go on writing.
          onMouseDown={event => {
            event.preventDefault();
            box.take(option);
          }}
        >
          <code dir="auto">{option.label}</code>
          <AboutOption option={option} />
        </li>
      ))}
    </ul>
  );
}

function AboutOption({
  option
}: {
  readonly option: SearchOption;
}): ReactElement {
  const trans = useTrans();
  switch (option.kind) {
    case 'saved':
      return <span>{trans.__('kept')}</span>;
    case 'recent':
      return <span>{trans.__('recent')}</span>;
    case 'completion':
      return <span>{option.about}</span>;
  }
}

/** What is wrong with the filter: where, why, and what would be understood. */
function Trouble(props: {
  readonly filter: string;
  readonly problem: Problem;
  readonly onFix: (filter: string) => void;
}): ReactElement {
  const { filter, problem, onFix } = props;
  const trans = useTrans();
  const position = problem.position;
  if (position === null) {
    return <p className="jp-trackbook-search-problem">{problem.message}</p>;
  }
  const { before, marked, after } = excerptOf(
    filter,
    position.start,
    position.end
  );
  return (
    <div className="jp-trackbook-search-problem">
      <pre dir="ltr">
        {before}
        <mark>{marked}</mark>
        {after}
        {'\n'}
        <span aria-hidden="true">
          {' '.repeat(before.length)}
          {'^'.repeat(marked.length)}
        </span>
      </pre>
      <p>{problem.message}</p>
      {position.fixes.length > 0 && (
        <p className="jp-trackbook-search-fixes">
          {trans.__('Try:')}{' '}
          {position.fixes.map(fix => (
            <button
              key={fix.filter}
              className="jp-trackbook-button"
              title={fix.filter}
              onClick={() => {
                onFix(fix.filter);
              }}
            >
              {fix.label}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

/** How much the filter finds. */
function Count(): ReactElement | null {
  const trans = useTrans();
  const filter = useTrackbookState(state => state.filter);
  const isCounted = useTrackbookState(({ list }) => list.isCounted);
  const total = useTrackbookState(({ list }) => list.total);
  const isExact = useTrackbookState(({ list }) => list.totalIsExact);
  if (filter === '' || !isCounted) {
    return null;
  }
  const count = total.toLocaleString();
  return (
    <span className="jp-trackbook-search-count">
      {isExact
        ? trans._n('%1 run found', '%1 runs found', total, count)
        : trans.__('%1 runs found, and more', count)}
    </span>
  );
}
