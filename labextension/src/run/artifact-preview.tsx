/**
 * A file of a run, looked at: never more of it than a page can show, and never run.
 */
import { useMemo, useState } from 'react';

import { PlotlyFigure } from '../chart/plotly-figure';
import type { Artifact } from '../contract';
import { formatBytes } from '../format';
import { useServices } from '../views/context';
import { describeFailure } from '../views/failure-notice';
import { Rendered } from '../views/rendered';
import { decodeText, useBlob } from '../views/use-blob';
import {
  kindOf,
  readPlotly,
  readSeparated,
  readTable,
  wholeLines
} from './artifact-kinds';
import { Picture } from './picture';

/** So much is read of a text; of what is only readable whole, four times as much. */
const FIRST_BYTES = 256 * 1024;
const WHOLE_BYTES = 1024 * 1024;
const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
const MAX_ROWS = 100;
const MAX_COLUMNS = 50;

type Props = {
  readonly runId: string;
  readonly artifact: Artifact;
};

export function ArtifactPreview({ runId, artifact }: Props): JSX.Element {
  const { trans } = useServices();
  const kind = kindOf(artifact);
  const size = artifact.size_bytes;
  if (kind === 'none') {
    return (
      <p className="jp-trackbook-hint">
        {trans.__('Nothing here can show it. Download it to open it.')}
      </p>
    );
  }
  if (kind === 'image') {
    return size > MAX_PICTURE_BYTES ? (
      <TooLarge size={size} />
    ) : (
      <Picture
        runId={runId}
        part={{
          mimeType: artifact.mime_type,
          data: null,
          blob: { sha256: artifact.sha256, size_bytes: size }
        }}
        description={artifact.name}
      />
    );
  }
  if (size > WHOLE_BYTES && kind !== 'text' && kind !== 'table') {
    return <TooLarge size={size} />;
  }
  return <TextPreview runId={runId} artifact={artifact} />;
}

function TextPreview({ runId, artifact }: Props): JSX.Element {
  const { trans } = useServices();
  const { sha256, size_bytes: size } = artifact;
  const kind = kindOf(artifact);
  const isWhole = size <= WHOLE_BYTES;
  const loaded = useBlob(runId, sha256, isWhole ? undefined : FIRST_BYTES);
  const text = useMemo(
    () => (loaded.kind === 'ready' ? decodeText(loaded.bytes) : null),
    [loaded]
  );
  if (loaded.kind === 'failed') {
    return (
      <p className="jp-trackbook-hint" role="alert">
        {describeFailure(loaded.failure, trans)}{' '}
        <button className="jp-trackbook-link" onClick={loaded.retry}>
          {trans.__('Try again')}
        </button>
      </p>
    );
  }
  if (text === null) {
    return <p className="jp-trackbook-hint">{trans.__('Loading…')}</p>;
  }
  return (
    <>
      <Content kind={kind} text={text} isWhole={isWhole} name={artifact.name} />
      {isWhole ? null : (
        <p className="jp-trackbook-hint">
          {trans.__('The beginning of %1.', formatBytes(size))}
        </p>
      )}
    </>
  );
}

function Content(props: {
  readonly kind: ReturnType<typeof kindOf>;
  readonly text: string;
  readonly isWhole: boolean;
  readonly name: string;
}): JSX.Element {
  const { kind, text, isWhole, name } = props;
  const figure = useMemo(
    () => (isWhole && kind !== 'html' ? readPlotly(text) : null),
    [isWhole, kind, text]
  );
  const table = useMemo(
    () => (isWhole && kind === 'text' ? readTable(text) : null),
    [isWhole, kind, text]
  );
  if (figure !== null) {
    return <PlotlyFigure figure={figure} description={name} />;
  }
  if (table !== null) {
    return <Table rows={table} name={name} isWhole />;
  }
  switch (kind) {
    case 'table':
      return (
        <Table
          rows={readSeparated(wholeLines(text, isWhole), MAX_ROWS + 2)}
          name={name}
          isWhole={isWhole}
        />
      );
    case 'markdown':
      return <Rendered mimeType="text/markdown" data={text} />;
    case 'html':
      return <SandboxedPage html={text} name={name} />;
    case 'image':
    case 'none':
    case 'plotly':
    case 'text':
      return (
        <pre
          className="jp-trackbook-plain jp-trackbook-artifact-text"
          tabIndex={0}
          aria-label={name}
        >
          {text.slice(0, FIRST_BYTES)}
        </pre>
      );
  }
}

function Table(props: {
  readonly rows: readonly (readonly string[])[];
  readonly name: string;
  readonly isWhole: boolean;
}): JSX.Element {
  const { rows, name, isWhole } = props;
  const { trans } = useServices();
  const [head = [], ...body] = rows;
  const shown = body.slice(0, MAX_ROWS);
  return (
    <>
      <div
        className="jp-trackbook-scroll"
        tabIndex={0}
        role="group"
        aria-label={name}
      >
        <table className="jp-trackbook-table" aria-label={name}>
          <thead>
            <tr>
              {head.slice(0, MAX_COLUMNS).map((title, index) => (
                <th key={index} scope="col" title={title.slice(0, 500)}>
                  {title.slice(0, 120)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>
                {row.slice(0, MAX_COLUMNS).map((value, column) => (
                  <td
                    key={column}
                    className="jp-trackbook-number"
                    title={value.slice(0, 500)}
                  >
                    {value.slice(0, 120)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {body.length > shown.length || !isWhole || head.length > MAX_COLUMNS ? (
        <p className="jp-trackbook-hint">
          {head.length > MAX_COLUMNS
            ? trans.__(
                'The first %1 rows and %2 of %3 columns.',
                shown.length,
                MAX_COLUMNS,
                head.length
              )
            : trans.__('The first %1 rows.', shown.length)}
        </p>
      ) : null}
    </>
  );
}

/** What would be fetched or lead elsewhere by itself. */
const ACTIVE =
  'script, link, meta, base, iframe, frame, object, embed, form, portal';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'";

/** An HTML file in a frame of its own: no script, no request, no way to this page. */
function SandboxedPage(props: {
  readonly html: string;
  readonly name: string;
}): JSX.Element {
  const { html, name } = props;
  const { trans } = useServices();
  const [wanted, setWanted] = useState(false);
  const source = useMemo(() => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    page.querySelectorAll(ACTIVE).forEach(element => element.remove());
    const policy = page.createElement('meta');
    policy.httpEquiv = 'Content-Security-Policy';
    policy.content = POLICY;
    page.head.prepend(policy);
    return `<!doctype html>${page.documentElement.outerHTML}`;
  }, [html]);
  if (!wanted) {
    return (
      <p className="jp-trackbook-hint">
        {trans.__(
          'A page: shown without its scripts, and without what it would fetch.'
        )}{' '}
        <button className="jp-trackbook-link" onClick={() => setWanted(true)}>
          {trans.__('Show')}
        </button>
      </p>
    );
  }
  return (
    <iframe
      className="jp-trackbook-artifact-page"
      title={name}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={source}
    />
  );
}

function TooLarge({ size }: { readonly size: number }): JSX.Element {
  const { trans } = useServices();
  return (
    <p className="jp-trackbook-hint">
      {trans.__(
        '%1 are too much to be shown here. Download it to open it.',
        formatBytes(size)
      )}
    </p>
  );
}
