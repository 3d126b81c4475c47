/**
 * "Restore the notebook of …": the four ways, and what each would do, before it is done.
 */
import { useEffect, useId, useMemo, useState } from 'react';

import { formatMoment } from '../format';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { RunDot, Segmented } from '../views/parts';
import { useResource } from '../views/use-resource';
import { useLocale, useTrackbookState } from '../widgets';
import { describeAction, describeWay } from './choice';
import type { Choice, Facts } from './choice';
import { countsOf, linesOf } from './lines';
import { LineList } from './line-list';
import { SurroundingsBar } from './surroundings-bar';
import { WAYS, nameOfRevision } from './ways';
import type { Way } from './ways';

export type FormProps = {
  readonly runId: string;
  /** A revision's id, `latest` or `executed`. */
  readonly which: string;
  readonly way: Way;
  /** Reads all that the dialog tells; with `open`, the notebook is opened first. */
  readonly load: (which: string, open: boolean) => Promise<Facts>;
  /** Hears of what is chosen; null while nothing can be done. */
  readonly onChoice: (choice: Choice | null, label: string) => void;
};

export function RestoreForm(props: FormProps): JSX.Element {
  const { runId, load, onChoice } = props;
  const { trans } = useServices();
  const locale = useLocale();
  const titleId = useId();
  const [way, setWay] = useState(props.way);
  const [which, setWhich] = useState(props.which);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const needsOpen = way === 'replace' || way === 'cells';
  const [opened, setOpened] = useState(needsOpen);
  const { state, reload } = useResource(`${which} ${opened}`, [], () =>
    load(which, opened)
  );
  const facts = state.kind === 'ready' ? state.value : null;
  if (needsOpen && !opened && facts?.target?.state === 'closed') {
    setOpened(true);
  }
  const row = useTrackbookState(({ runs }) => runs[runId] ?? null);
  const name = facts?.plan.run_name ?? row?.name ?? '';
  const number = facts?.plan.run_number ?? row?.number ?? null;

  const places = useMemo(
    () => [...picked].sort((one, other) => one - other),
    [picked]
  );
  const action = describeAction({ way, picked: places }, facts, trans);
  useEffect(() => {
    onChoice(
      facts !== null && action.enabled
        ? { way, which, facts, picked: places }
        : null,
      action.label
    );
  }, [onChoice, facts, action.enabled, action.label, way, which, places]);

  const restored = facts === null ? '' : nameOfRevision(facts.plan, trans);
  const kept = facts?.kept?.name ?? '';
  const lines = useMemo(
    () =>
      facts === null || facts.difference === null
        ? null
        : linesOf(facts.difference, { restored, kept }, trans),
    [facts, restored, kept, trans]
  );

  return (
    <div className="jp-trackbook-restore" aria-labelledby={titleId}>
      <header className="jp-trackbook-restore-header">
        <h1 id={titleId}>
          {trans.__('Restore the notebook of')}
          {number === null ? null : <RunDot number={number} />}
          <span>{name}</span>
        </h1>
        <Segmented
          label={trans.__('Which notebook')}
          value={which === 'executed' ? 'executed' : 'saved'}
          choices={[
            ['saved', trans.__('As saved')],
            ['executed', trans.__('As executed')]
          ]}
          onChange={value => {
            setPicked(new Set());
            setWhich(
              value === 'executed'
                ? 'executed'
                : props.which === 'executed'
                  ? 'latest'
                  : props.which
            );
          }}
        />
      </header>
      <p className="jp-trackbook-restore-sentence" role="status">
        {facts === null
          ? state.kind === 'loading'
            ? trans.__('Looking what it would do…')
            : ''
          : sentence(facts)}
      </p>
      <fieldset className="jp-trackbook-ways">
        <legend className="jp-trackbook-hidden">{trans.__('How')}</legend>
        {WAYS.map(one => (
          <WayCard
            key={one}
            way={one}
            facts={facts}
            chosen={one === way}
            onChoose={() => setWay(one)}
          />
        ))}
      </fieldset>
      {state.kind === 'failed' ? (
        <FailureNotice failure={state.failure} onRetry={reload} />
      ) : null}
      {facts === null || facts.problem === null ? null : (
        <FailureNotice failure={facts.problem} onRetry={reload} />
      )}
      {facts !== null && lines !== null && facts.difference !== null ? (
        <LineList
          key={which}
          lines={lines}
          names={{ kept: trans.__('open now'), restored }}
          picking={way === 'cells'}
          picked={picked}
          onPick={setPicked}
          difference={facts.difference}
        />
      ) : null}
      {facts === null || facts.plan.lost.length === 0 ? null : (
        <p className="jp-trackbook-page-notice jp-mod-error" role="alert">
          {trans._n(
            'One part of it is damaged in the store, and is marked in its place; the rest is as it was.',
            '%1 parts of it are damaged in the store, and are marked in their places; the rest is as it was.',
            facts.plan.lost.length
          )}
        </p>
      )}
      {facts === null ? null : <SurroundingsBar plan={facts.plan} />}
      {facts === null || facts.plan.revision.redacted_count === 0 ? null : (
        <p className="jp-trackbook-hint">
          {trans._n(
            'One value that looked like a secret is not kept in it: Replace and Single cells put it back from the same cell of the open notebook where they can; else it reads <redacted>.',
            '%1 values that looked like secrets are not kept in it: Replace and Single cells put them back from the same cells of the open notebook where they can; else they read <redacted>.',
            facts.plan.revision.redacted_count,
            facts.plan.revision.redacted_count
          )}
        </p>
      )}
      <p className="jp-trackbook-hint">
        {trans.__('The restored notebook is not trusted until you run it.')}
      </p>
    </div>
  );

  function sentence({ plan, target, difference }: Facts): JSX.Element {
    const { moment, captured_at, number: count } = plan.revision;
    const at = formatMoment(captured_at, locale);
    const path = plan.notebook_path?.split('/').pop() ?? null;
    const what =
      moment === 'executed'
        ? trans.__('The cells as they were executed, %1.', at)
        : path === null
          ? trans.__('Revision r%1, %2.', count, at)
          : trans.__('Revision r%1 of %2, %3.', count, path, at);
    if (difference === null) {
      return (
        <>
          {what}{' '}
          {target?.state === 'closed'
            ? trans.__('%1 is not open.', target.name)
            : target?.state === 'gone'
              ? trans.__('%1 is not there any more.', target.name)
              : ''}
        </>
      );
    }
    const { moving, staying } = countsOf(difference, trans);
    if (moving === '') {
      return (
        <>
          {what}{' '}
          {difference.equal
            ? trans.__('What is open is equal to it.')
            : trans.__('Its cells are those of the open notebook.')}
        </>
      );
    }
    return (
      <>
        {what} {trans.__('What Replace would do to the open notebook:')}{' '}
        <strong>{moving}</strong>
        {staying === '' ? '.' : `, ${staying}.`}
      </>
    );
  }
}

function WayCard(props: {
  readonly way: Way;
  readonly facts: Facts | null;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { way, facts, chosen, onChoose } = props;
  const { trans } = useServices();
  const id = useId();
  const { text, possible } = describeWay(way, facts, trans);
  const label = {
    look: trans.__('Look'),
    copy: trans.__('Open a copy'),
    replace: trans.__('Replace'),
    cells: trans.__('Single cells')
  }[way];
  return (
    <label
      className="jp-trackbook-way"
      data-chosen={chosen}
      data-possible={possible}
    >
      <input
        type="radio"
        name="jp-trackbook-way"
        value={way}
        aria-label={label}
        aria-describedby={id}
        checked={chosen}
        disabled={facts !== null && !possible}
        onChange={onChoose}
      />
      <strong aria-hidden="true">{label}</strong>
      <span id={id}>{text}</span>
    </label>
  );
}
