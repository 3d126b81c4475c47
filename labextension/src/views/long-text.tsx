/**
 * What is too long to stand on a page: a beginning, and the whole on demand.
 */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { failureOf } from '../api';
import type { BlobRef } from '../contract';
import { formatBytes } from '../format';
import { useServices } from './context';
import { describeFailure } from './failure-notice';
import { saveFile } from './save-file';
import { decodeText, useBlob } from './use-blob';

/** More than this in one piece would hold up the page. */
const MAX_SHOWN = 2_000_000;

/** A text of which `preview` is the beginning and `blob` the whole. */
export function LongText(props: {
  readonly runId: string;
  readonly preview: string;
  readonly blob: BlobRef;
  readonly fileName: string;
  readonly children: (text: string) => ReactNode;
}): JSX.Element {
  const { runId, preview, blob, fileName, children } = props;
  const { trans } = useServices();
  const [whole, setWhole] = useState(false);
  const loaded = useBlob(runId, whole ? blob.sha256 : null);
  const size = formatBytes(blob.size_bytes);
  return (
    <>
      {children(loaded.kind === 'ready' ? decodeText(loaded.bytes) : preview)}
      <p className="jp-trackbook-hint jp-trackbook-long">
        {loaded.kind === 'ready' ? (
          trans.__('All %1.', size)
        ) : (
          <>
            {trans.__('The beginning of %1.', size)}{' '}
            {loaded.kind === 'failed'
              ? `${describeFailure(loaded.failure, trans)} `
              : null}
            {blob.size_bytes > MAX_SHOWN ? null : (
              <button
                className="jp-trackbook-link"
                disabled={loaded.kind === 'loading'}
                onClick={
                  loaded.kind === 'failed' ? loaded.retry : () => setWhole(true)
                }
              >
                {trans.__('Show whole')}
              </button>
            )}
          </>
        )}{' '}
        <Download runId={runId} blob={blob} fileName={fileName} />
      </p>
    </>
  );
}

/** Saves a blob as a file, without the browser taking it for a page. */
export function Download(props: {
  readonly runId: string;
  readonly blob: BlobRef;
  readonly fileName: string;
}): JSX.Element {
  const { runId, blob, fileName } = props;
  const { api, trans } = useServices();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setProblem(null), [blob.sha256]);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const bytes = await api.blob(runId, blob.sha256);
      saveFile(bytes, fileName);
      setProblem(null);
    } catch (thrown) {
      setProblem(describeFailure(failureOf(thrown), trans));
    }
    setBusy(false);
  };
  return (
    <>
      <button
        className="jp-trackbook-link"
        disabled={busy}
        title={trans.__('%1, %2', fileName, formatBytes(blob.size_bytes))}
        onClick={() => void save()}
      >
        {trans.__('Download')}
      </button>
      {problem === null ? null : <span role="alert"> {problem}</span>}
    </>
  );
}
