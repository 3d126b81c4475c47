/**
 * A notebook along time: its results as a line, its runs and revisions as a list.
 */
import { useState } from 'react';

import { formatDay, formatDuration, formatMoment } from '../format';
import { columnFormat, formatChange } from '../format';
import { momentWord } from '../run/moment-word';
import { toneOf } from '../selectors';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import type { Resource } from '../views/loader';
import { RunLink } from '../views/parts';
import { ResourcePage } from '../views/resource-page';
import { useLocale } from '../widgets';
import { ResultChart } from './result-chart';
import { makeResultLine, makeTimeline, refOf } from './timeline';
import type { Loaded, TimelineEntry } from './timeline';
import { useTimeline } from './use-timeline';

export function TimelinePage({ path }: { readonly path: string }): JSX.Element {
  const { clock, trans } = useServices();
  const locale = useLocale();
  const { loaded, failure, isReading, readMore, reload } = useTimeline(path);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const name = path.split('/').pop() ?? path;
  const state: Resource<Loaded> =
    loaded !== null
      ? { kind: 'ready', value: loaded, problem: failure }
      : failure !== null
        ? { kind: 'failed', failure }
        : { kind: 'loading' };

  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Looking it up…')}
      gone={{
        title: trans.__('This notebook is not known'),
        text: trans.__('Nothing that was recorded of it is left.')
      }}
      className="jp-trackbook-timeline"
    >
      {body}
    </ResourcePage>
  );

  function body(timeline: Loaded): JSX.Element {
    const entries = makeTimeline(timeline);
    const line = makeResultLine(entries);
    const more = timeline.moreRuns || timeline.moreRevisions;
    // Who chooses a third lets go of the first.
    const choose = (ref: string): void =>
      setChosen(
        chosen.includes(ref)
          ? chosen.filter(one => one !== ref)
          : [...chosen, ref].slice(-2)
      );
    const picked = entries.filter(entry => chosen.includes(refOf(entry)));
    let day = '';
    return (
      <>
        <header className="jp-trackbook-page-header">
          <h1 className="jp-trackbook-page-title" title={path}>
            {trans.__('Timeline of %1', name)}
          </h1>
          <CompareChosen picked={picked} />
        </header>
        {entries.length === 0 ? (
          <div className="jp-trackbook-empty">
            <h2>
              {trans.__('Nothing has been recorded of this notebook yet')}
            </h2>
            <p>
              {trans.__(
                'Press Record in its toolbar and run it: runs and revisions appear here.'
              )}
            </p>
          </div>
        ) : (
          <>
            {line === null ? null : <ResultChart line={line} />}
            <ol
              className="jp-trackbook-timeline-list"
              aria-label={trans.__('Runs and revisions, the newest first')}
            >
              {entries.map(entry => {
                const label = formatDay(entry.at, clock(), trans, locale);
                const isNewDay = label !== day;
                day = label;
                return (
                  <li key={refOf(entry)} data-kind={entry.kind}>
                    {isNewDay ? <h2>{label}</h2> : null}
                    <Entry
                      entry={entry}
                      path={path}
                      isChosen={chosen.includes(refOf(entry))}
                      onChoose={() => choose(refOf(entry))}
                    />
                  </li>
                );
              })}
            </ol>
            {more ? (
              <button
                className="jp-trackbook-button"
                disabled={isReading}
                onClick={readMore}
              >
                {isReading ? trans.__('Reading…') : trans.__('Show older')}
              </button>
            ) : null}
          </>
        )}
      </>
    );
  }
}

function CompareChosen(props: {
  readonly picked: readonly TimelineEntry[];
}): JSX.Element {
  const { commands, trans } = useServices();
  const [newer, older] = props.picked;
  if (newer === undefined || older === undefined) {
    return (
      <span className="jp-trackbook-hint">
        {trans.__('Choose two to compare them.')}
      </span>
    );
  }
  return (
    <span className="jp-trackbook-timeline-actions">
      {newer.kind === 'run' && older.kind === 'run' ? (
        <button
          className="jp-trackbook-button jp-trackbook-small"
          onClick={() =>
            void commands.execute(CommandIDs.compare, {
              runIds: [older.run.run_id, newer.run.run_id]
            })
          }
        >
          {trans.__('Compare the runs')}
        </button>
      ) : null}
      <button
        className="jp-trackbook-button jp-trackbook-small"
        onClick={() =>
          void commands.execute(CommandIDs.differences, {
            before: refOf(older),
            after: refOf(newer)
          })
        }
      >
        {trans.__('Compare the notebooks')}
      </button>
    </span>
  );
}

function Entry(props: {
  readonly entry: TimelineEntry;
  readonly path: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { entry, path, isChosen, onChoose } = props;
  const { commands, trans } = useServices();
  const locale = useLocale();
  const { revision } = entry;
  const number = revision === null ? null : trans.__('r%1', revision.number);
  const name = entry.kind === 'run' ? entry.run.name : (number ?? '');
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(
    new Date(entry.at)
  );
  return (
    <div className="jp-trackbook-timeline-entry">
      <input
        type="checkbox"
        checked={isChosen}
        aria-label={trans.__('Choose %1 to be compared', name)}
        onChange={onChoose}
      />
      <time dateTime={entry.at} title={formatMoment(entry.at, locale)}>
        {time}
      </time>
      {entry.kind === 'run' ? (
        <RunLink
          runId={entry.run.run_id}
          number={entry.run.number}
          name={entry.run.name}
        />
      ) : (
        <span>
          {number} · {momentWord(entry.revision.moment, trans)}
        </span>
      )}
      {entry.kind === 'run' ? (
        <>
          <span className="jp-trackbook-timeline-facts">
            {[
              formatDuration(entry.run.duration_ms, trans),
              ...(entry.run.error === null ? [] : [entry.run.error])
            ].join(' · ')}
          </span>
          <Result entry={entry} />
          {number === null ? null : (
            <button
              className="jp-trackbook-link"
              title={trans.__('Look at the notebook of %1', name)}
              onClick={() =>
                void commands.execute(CommandIDs.look, {
                  runId: entry.run.run_id,
                  path
                })
              }
            >
              {number}
            </button>
          )}
          <button
            className="jp-trackbook-link"
            aria-label={trans.__('Restore the notebook of %1', name)}
            onClick={() =>
              void commands.execute(CommandIDs.restore, {
                runId: entry.run.run_id
              })
            }
          >
            {trans.__('Restore…')}
          </button>
        </>
      ) : null}
    </div>
  );
}

function Result(props: {
  readonly entry: Extract<TimelineEntry, { kind: 'run' }>;
}): JSX.Element | null {
  const { trans } = useServices();
  const main = props.entry.run.main_metric;
  if (main === null) {
    return null;
  }
  const format = columnFormat([main.value]);
  return (
    <span className="jp-trackbook-timeline-result">
      <span>{main.key}</span>
      <code>{format(main.value)}</code>
      {main.change === null ? null : (
        <code className={`jp-mod-${toneOf(main.better)}`}>
          {formatChange(main.change, format)}
          {main.better === null ? null : (
            <span className="jp-trackbook-hidden">
              {' '}
              {main.better ? trans.__('better') : trans.__('worse')}
            </span>
          )}
        </code>
      )}
    </span>
  );
}
