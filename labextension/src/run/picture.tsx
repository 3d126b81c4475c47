/**
 * A picture that a cell put out: always an image element, in which nothing is executed.
 */
import { useEffect, useState } from 'react';

import { decodeText, useBlob, useObjectUrl } from '../views/use-blob';
import { useServices } from '../views/context';
import { describeFailure } from '../views/failure-notice';
import { isRecord } from './notebook-cells';
import { SVG, textOf } from './output-kinds';
import type { Part } from './output-kinds';

type Props = {
  readonly runId: string;
  readonly part: Part;
  readonly description: string;
  /** What the bundle says of the picture: its size, the ground it needs. */
  readonly metadata?: unknown;
};

export function Picture(props: Props): JSX.Element {
  const { runId, part, description, metadata } = props;
  const { trans } = useServices();
  const { mimeType, data, blob } = part;
  const loaded = useBlob(runId, blob?.sha256 ?? null);
  const bytes = loaded.kind === 'ready' ? loaded.bytes : null;
  // An SVG never gets a URL of this server's origin: opened by itself, it could act there.
  const objectUrl = useObjectUrl(mimeType === SVG ? null : bytes, mimeType);
  const url =
    blob === null
      ? inlineUrl(mimeType, textOf(data))
      : mimeType === SVG && bytes !== null
        ? inlineUrl(mimeType, decodeText(bytes))
        : objectUrl;
  const [broken, setBroken] = useState(false);
  useEffect(() => setBroken(false), [url]);
  if (loaded.kind === 'failed') {
    return (
      <span className="jp-trackbook-hint" role="alert">
        {describeFailure(loaded.failure, trans)}
      </span>
    );
  }
  if (url === null) {
    return <span className="jp-trackbook-hint">{trans.__('Loading…')}</span>;
  }
  if (broken) {
    return (
      <span className="jp-trackbook-hint">
        {trans.__('This picture can’t be shown: its %1 is broken.', mimeType)}
      </span>
    );
  }
  const { width, height, ground } = readMetadata(metadata);
  return (
    <img
      className={`jp-trackbook-picture ${ground}`}
      src={url}
      alt={description}
      width={width}
      height={height}
      onError={() => setBroken(true)}
    />
  );
}

function inlineUrl(mimeType: string, content: string): string {
  return mimeType === SVG
    ? `data:${SVG},${encodeURIComponent(withNamespace(wellFormed(content)))}`
    : `data:${mimeType};base64,${content.replace(/\s/g, '')}`;
}

/** Half a character, which JSON can hold, is none that a URL can. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** What draws itself in a page may leave out the name of its language; an image may not. */
function withNamespace(svg: string): string {
  return /<svg[^>]+xmlns\s*=/.test(svg)
    ? svg
    : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}

type Look = {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly ground: string;
};

function readMetadata(metadata: unknown): Look {
  const facts: Record<string, unknown> = isRecord(metadata) ? metadata : {};
  const size = (name: string): number | undefined => {
    const value = facts[name];
    return typeof value === 'number' && value > 0 && value < 10_000
      ? value
      : undefined;
  };
  const needs = facts['needs_background'];
  return {
    width: size('width'),
    height: size('height'),
    ground:
      needs === 'light' || needs === 'dark'
        ? `jp-needs-${needs}-background`
        : ''
  };
}
