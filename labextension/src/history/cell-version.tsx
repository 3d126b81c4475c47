/**
 * One version of a cell: when it ran, what it gave, how it differs from the cell as it is.
 */
import { SourceDiff } from '../differences/source-diff';
import {
  columnFormat,
  formatAge,
  formatChange,
  formatDuration,
  formatMoment
} from '../format';
import { executionWord } from '../run/status';
import { toneOf } from '../selectors';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { LongText } from '../views/long-text';
import { Disclosure, RunDot, RunLink } from '../views/parts';
import { Source } from '../views/source';
import { useLocale } from '../widgets';
import type { OpenCell } from './open-cell';
import type { ResultShown, VersionShown } from './versions';

type Props = {
  readonly shown: VersionShown;
  readonly cell: OpenCell;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onTakeBack: (source: string) => void;
};

const MARK = '<redacted>';

export function CellVersionRow(props: Props): JSX.Element {
  const { shown, cell, open, onToggle, onTakeBack } = props;
  const { version } = shown;
  const { commands, trans } = useServices();
  const name = trans.__('v%1', version.number);
  const blob = version.source_blob;
  return (
    <Disclosure
      className="jp-trackbook-version"
      open={open}
      onToggle={onToggle}
      label={<Line shown={shown} name={name} />}
    >
      {() => (
        <div className="jp-trackbook-version-detail">
          <p className="jp-trackbook-hint">
            <RunLink
              runId={version.run_id}
              number={version.run_number}
              name={version.run_name}
            />
          </p>
          {blob === null ? (
            text(version.source)
          ) : (
            <LongText
              runId={version.run_id}
              preview={version.source}
              blob={blob}
              fileName="cell.py"
            >
              {text}
            </LongText>
          )}
          {version.source.includes(MARK) ? (
            <p className="jp-trackbook-hint">
              {trans.__(
                'A credential in it was not kept: where it reads <redacted>, put yours in again.'
              )}
            </p>
          ) : null}
          <div className="jp-trackbook-version-actions">
            <button
              className="jp-trackbook-button jp-trackbook-small"
              disabled={shown.isPresent || blob !== null}
              title={
                blob === null
                  ? trans.__('Put this version into the cell; undo works')
                  : trans.__('Too long to be put back from here')
              }
              onClick={() => onTakeBack(version.source)}
            >
              {trans.__('Take %1 back', name)}
            </button>
            <button
              className="jp-trackbook-button jp-trackbook-small"
              title={trans.__('Show the whole notebook of the run, read-only')}
              onClick={() =>
                void commands.execute(CommandIDs.look, {
                  runId: version.run_id,
                  path: cell.path
                })
              }
            >
              {trans.__('Look at the notebook')}
            </button>
          </div>
        </div>
      )}
    </Disclosure>
  );

  // No component of its own: a new one each time would draw the difference anew.
  function text(source: string): JSX.Element {
    if (source === cell.source) {
      return <Source code={source} label={name} language={cell.language} />;
    }
    return (
      <SourceDiff
        before={source}
        after={cell.source}
        labels={{ before: name, after: trans.__('the cell as it is') }}
        mode="inline"
        language={cell.language}
      />
    );
  }
}

function Line(props: {
  readonly shown: VersionShown;
  readonly name: string;
}): JSX.Element {
  const { version, isPresent, results, firstNewLine } = props.shown;
  const { clock, trans } = useServices();
  const locale = useLocale();
  const word = executionWord(version, trans);
  const facts = [
    formatAge(version.last_at, clock(), trans, locale),
    ...(version.duration_ms === null
      ? []
      : [formatDuration(version.duration_ms, trans)]),
    ...(version.times === 1
      ? []
      : [
          trans._n('ran %1 time', 'ran %1 times', version.times, version.times)
        ]),
    ...(word === '' ? [] : [word]),
    ...(isPresent ? [trans.__('as it is now')] : [])
  ];
  return (
    <span className="jp-trackbook-version-line">
      <span className="jp-trackbook-version-head">
        <RunDot number={version.run_number} />
        <strong>{props.name}</strong>
        <span
          className="jp-trackbook-version-facts"
          title={trans.__(
            'First %1, last %2',
            formatMoment(version.first_at, locale),
            formatMoment(version.last_at, locale)
          )}
        >
          {facts.join(' · ')}
        </span>
      </span>
      {firstNewLine === null ? null : (
        <code className="jp-trackbook-version-new" title={firstNewLine}>
          {firstNewLine}
        </code>
      )}
      {results.map(result => (
        <Result key={result.key} result={result} />
      ))}
    </span>
  );
}

function Result({ result }: { readonly result: ResultShown }): JSX.Element {
  const { trans } = useServices();
  const { key, value, change, better } = result;
  const format = columnFormat([value]);
  return (
    <span className="jp-trackbook-version-result">
      <span>{key}</span>
      <code>{format(value)}</code>
      {change === null ? null : (
        <code className={`jp-mod-${toneOf(better)}`}>
          {formatChange(change, format)}
          {better === null ? null : (
            <span className="jp-trackbook-hidden">
              {' '}
              {better ? trans.__('better') : trans.__('worse')}
            </span>
          )}
        </code>
      )}
    </span>
  );
}
