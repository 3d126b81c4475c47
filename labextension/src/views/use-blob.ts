/**
 * Bytes of the server for a component: asked for when it wants them, let go with it.
 */
import { useEffect, useState } from 'react';

import { failureOf } from '../api';
import type { Failure } from '../api';
import { useServices } from './context';

export type LoadedBlob =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly bytes: ArrayBuffer }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly retry: () => void;
    };

/**
 * A blob of a run, or its beginning; `sha256` null: not yet. What has a name never
 * changes.
 */
export function useBlob(
  runId: string,
  sha256: string | null,
  firstBytes?: number
): LoadedBlob {
  const { api } = useServices();
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<{
    readonly sha256: string;
    readonly blob: LoadedBlob;
  } | null>(null);

  useEffect(() => {
    if (sha256 === null) {
      return;
    }
    let current = true;
    const take = (blob: LoadedBlob): void => {
      if (current) {
        setAnswer({ sha256, blob });
      }
    };
    take({ kind: 'loading' });
    api.blob(runId, sha256, firstBytes).then(
      bytes => take({ kind: 'ready', bytes }),
      (thrown: unknown) =>
        take({
          kind: 'failed',
          failure: failureOf(thrown),
          retry: () => setAttempt(count => count + 1)
        })
    );
    return () => {
      current = false;
    };
  }, [api, runId, sha256, firstBytes, attempt]);

  if (sha256 === null) {
    return { kind: 'waiting' };
  }
  return answer?.sha256 === sha256 ? answer.blob : { kind: 'loading' };
}

/** A URL of bytes, as long as they are shown. */
export function useObjectUrl(
  bytes: ArrayBuffer | null,
  mimeType: string
): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) {
      return;
    }
    const made = URL.createObjectURL(new Blob([bytes], { type: mimeType }));
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [bytes, mimeType]);
  return url;
}

export function decodeText(bytes: ArrayBuffer): string {
  return new TextDecoder().decode(bytes);
}
