/**
 * The part of a mime bundle that is shown: a picture, text, or what one of JupyterLab's
 * safe renderers draws.
 */
import { useState } from 'react';

import type { CellOutput } from '../contract';
import { PlotlyFigure } from '../chart/plotly-figure';
import { formatBytes } from '../format';
import { useServices } from '../views/context';
import { describeFailure } from '../views/failure-notice';
import { Download } from '../views/long-text';
import { Rendered } from '../views/rendered';
import { decodeText, useBlob } from '../views/use-blob';
import { OutputText } from './output-text';
import {
  PLAIN,
  PLOTLY,
  WIDGET_VIEW,
  isDrawable,
  isImage,
  mimeTypesOf,
  partOf,
  summariseWidget,
  textOf
} from './output-kinds';
import type { Part } from './output-kinds';
import { Picture } from './picture';

/** What is fetched without being asked for; pictures are as large as they are. */
const MAX_FETCHED = 300_000;

type Props = {
  readonly runId: string;
  readonly output: CellOutput;
  /** Null where no part can be drawn. */
  readonly part: Part | null;
  /** What it is called where it can't be seen. */
  readonly name: string;
};

export function OutputPart(props: Props): JSX.Element {
  const { runId, output, part, name } = props;
  if (part === null) {
    return <Undrawable {...props} />;
  }
  if (part.mimeType === WIDGET_VIEW) {
    return <LastState {...props} />;
  }
  if (isImage(part.mimeType)) {
    return (
      <Picture
        runId={runId}
        part={part}
        description={name}
        metadata={output.metadata[part.mimeType]}
      />
    );
  }
  return part.blob === null ? (
    <Content {...props} mimeType={part.mimeType} data={part.data} />
  ) : (
    <LargeContent
      {...props}
      mimeType={part.mimeType}
      sha256={part.blob.sha256}
      size={part.blob.size_bytes}
    />
  );
}

function Content(
  props: Props & { readonly mimeType: string; readonly data: unknown }
): JSX.Element {
  const { output, mimeType, data } = props;
  const { rendermime, trans } = useServices();
  if (mimeType === PLAIN) {
    return <OutputText mimeType={mimeType} text={textOf(data)} />;
  }
  if (!isDrawable(mimeType, rendermime)) {
    return mimeType === PLOTLY ? (
      <PlotlyFigure figure={data} description={props.name} />
    ) : (
      <Undrawable {...props} />
    );
  }
  const plain = partOf(output, PLAIN);
  return (
    <Rendered
      mimeType={mimeType}
      data={
        typeof data === 'object' && !Array.isArray(data) ? data : textOf(data)
      }
      fallback={
        <>
          <p className="jp-trackbook-hint">
            {trans.__(
              'Without its scripts, which are not run here, nothing of this %1 can be seen.',
              mimeType
            )}
          </p>
          {plain === null || plain.blob !== null ? undefined : (
            <OutputText mimeType={PLAIN} text={textOf(plain.data)} />
          )}
        </>
      }
    />
  );
}

/** What is too large to come with the page: fetched by itself, a very large one on demand. */
function LargeContent(
  props: Props & {
    readonly mimeType: string;
    readonly sha256: string;
    readonly size: number;
  }
): JSX.Element {
  const { runId, mimeType, sha256, size } = props;
  const { trans } = useServices();
  const [wanted, setWanted] = useState(size <= MAX_FETCHED);
  const loaded = useBlob(runId, wanted ? sha256 : null);
  if (loaded.kind === 'ready') {
    return <Content {...props} data={readContent(mimeType, loaded.bytes)} />;
  }
  return (
    <p className="jp-trackbook-hint">
      {trans.__('%1, %2', mimeType, formatBytes(size))}{' '}
      {loaded.kind === 'failed'
        ? `${describeFailure(loaded.failure, trans)} `
        : null}
      {loaded.kind === 'loading' ? (
        trans.__('Loading…')
      ) : (
        <button
          className="jp-trackbook-link"
          onClick={
            loaded.kind === 'failed' ? loaded.retry : () => setWanted(true)
          }
        >
          {trans.__('Show')}
        </button>
      )}{' '}
      <Download
        runId={runId}
        blob={{ sha256, size_bytes: size }}
        fileName={fileNameOf(mimeType)}
      />
    </p>
  );
}

/** A widget as it stood last: what it was, not a control that acts. */
function LastState({ output, name }: Props): JSX.Element {
  const { trans } = useServices();
  const summary = summariseWidget(output);
  const plain = textOf(partOf(output, PLAIN)?.data);
  return (
    <div className="jp-trackbook-widget" role="group" aria-label={name}>
      <p className="jp-trackbook-hint">
        {summary === null || summary.name === ''
          ? trans.__('widget')
          : trans.__('widget %1, as it stood last', summary.name)}
      </p>
      {summary === null || summary.facts.length === 0 ? (
        plain === '' ? null : (
          <OutputText mimeType={PLAIN} text={plain} />
        )
      ) : (
        <dl className="jp-trackbook-facts">
          {summary.facts.map(([trait, value]) => (
            <div key={trait}>
              <dt>{trait}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** What nothing here draws safely: what it is, and its bytes. */
function Undrawable({ runId, output }: Props): JSX.Element {
  const { trans } = useServices();
  const plain = partOf(output, PLAIN);
  return (
    <>
      <p className="jp-trackbook-hint">
        {trans.__(
          'Not shown: %1 would have to run to be seen.',
          mimeTypesOf(output)
            .filter(type => type !== PLAIN)
            .join(', ') || trans.__('it')
        )}
        {Object.entries(output.blobs).map(([type, blob]) => (
          <span key={type}>
            {' '}
            <Download runId={runId} blob={blob} fileName={fileNameOf(type)} />
          </span>
        ))}
      </p>
      {plain === null || plain.blob !== null ? null : (
        <OutputText mimeType={PLAIN} text={textOf(plain.data)} />
      )}
    </>
  );
}

/** A blob's content in the form in which nbformat keeps the type. */
function readContent(mimeType: string, bytes: ArrayBuffer): unknown {
  const text = decodeText(bytes);
  if (!/[+/]json$/.test(mimeType)) {
    return text;
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/latex': 'tex',
  'application/javascript': 'js',
  'application/pdf': 'pdf'
};

function fileNameOf(mimeType: string): string {
  const ending =
    ENDINGS[mimeType] ?? (/[+/]json$/.test(mimeType) ? 'json' : 'bin');
  return `output.${ending}`;
}
