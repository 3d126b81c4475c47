/**
 * The files that a run kept: a tree, each with its size, a look into it, and a way to
 * save it.
 */
import { useMemo } from 'react';

import type { Artifact, Run } from '../contract';
import { formatBytes, formatMoment } from '../format';
import { useServices } from '../views/context';
import { Download } from '../views/long-text';
import { Card, Disclosure } from '../views/parts';
import { useLocale } from '../widgets';
import { treeOf } from './artifact-kinds';
import type { ArtifactNode } from './artifact-kinds';
import { ArtifactPreview } from './artifact-preview';

/** A larger file goes from the server to the disk without passing through the page. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** A folder of more stays closed until asked for. */
const MAX_OPEN = 20;

export function RunArtifacts({
  run
}: {
  readonly run: Run;
}): JSX.Element | null {
  const { trans } = useServices();
  const { artifacts } = run;
  const tree = useMemo(() => treeOf(artifacts), [artifacts]);
  if (artifacts.length === 0) {
    return null;
  }
  const size = artifacts.reduce((sum, one) => sum + one.size_bytes, 0);
  return (
    <Card
      title={trans.__('Artifacts')}
      aside={trans.__('%1 · %2', artifacts.length, formatBytes(size))}
      className="jp-trackbook-later"
    >
      <ul className="jp-trackbook-artifacts" aria-label={trans.__('Artifacts')}>
        {tree.map(node => (
          <Node key={node.label} node={node} run={run} />
        ))}
      </ul>
    </Card>
  );
}

function Node(props: {
  readonly node: ArtifactNode;
  readonly run: Run;
}): JSX.Element {
  const { node, run } = props;
  const { artifact, children } = node;
  if (artifact !== null) {
    return <File artifact={artifact} label={node.label} run={run} />;
  }
  return (
    <li>
      <Disclosure
        initiallyOpen={children.length <= MAX_OPEN}
        label={
          <>
            <span className="jp-trackbook-artifact-name">{node.label}/</span>
            <span className="jp-trackbook-hint">
              {formatBytes(node.sizeBytes)}
            </span>
          </>
        }
      >
        {() => (
          <ul className="jp-trackbook-artifacts">
            {children.map(child => (
              <Node
                key={`${child.artifact === null} ${child.label}`}
                node={child}
                run={run}
              />
            ))}
          </ul>
        )}
      </Disclosure>
    </li>
  );
}

function File(props: {
  readonly artifact: Artifact;
  readonly label: string;
  readonly run: Run;
}): JSX.Element {
  const { artifact, label, run } = props;
  const { api, trans } = useServices();
  const locale = useLocale();
  const { sha256, size_bytes: size, mime_type: type, logged_at: at } = artifact;
  const fileName = artifact.name.split('/').pop() ?? artifact.name;
  return (
    <li className="jp-trackbook-artifact">
      <Disclosure
        label={
          <>
            <span
              className="jp-trackbook-artifact-name"
              title={`${artifact.name}\nSHA-256 ${sha256}`}
            >
              {label}
            </span>
            <span
              className="jp-trackbook-hint"
              title={formatMoment(at, locale)}
            >
              {[type, formatBytes(size)]
                .filter(word => word !== '')
                .join(' · ')}
            </span>
          </>
        }
      >
        {() => (
          <div className="jp-trackbook-artifact-preview">
            <ArtifactPreview runId={run.run_id} artifact={artifact} />
          </div>
        )}
      </Disclosure>
      {size > MAX_HELD_BYTES ? (
        <a
          className="jp-trackbook-link"
          href={api.blobUrl(run.run_id, sha256)}
          download={fileName}
          aria-label={trans.__('Download %1', artifact.name)}
        >
          {trans.__('Download')}
        </a>
      ) : (
        <Download
          runId={run.run_id}
          blob={{ sha256, size_bytes: size }}
          fileName={fileName}
        />
      )}
    </li>
  );
}
