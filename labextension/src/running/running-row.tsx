/**
 * A run that has no end yet: what it executes since when, and what can be done about it.
 */
import { PathExt } from '@jupyterlab/coreutils';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { messageOf } from '../api';
import { runStyle } from '../colors';
import type { RunningRun } from '../contract';
import { formatDuration, formatMoment, formatNumber } from '../format';
import { titleOfSource } from '../run/derive';
import { StatusMark } from '../sidebar/status-mark';
import { useNow } from '../sidebar/use-now';
import { CommandIDs } from '../tokens';
import { useServices } from '../views/context';
import { useLocale } from '../widgets';

type Props = {
  readonly run: RunningRun;
  /** The server's own host. */
  readonly host: string;
  readonly onChange: () => void;
};

export function RunningRow({ run, host, onChange }: Props): ReactElement {
  const { commands, trans } = useServices();
  const { main_metric: metric, notebook_path: path } = run;
  return (
    <tr>
      <th scope="row">
        <StatusMark status={run.status} color={runStyle(run.number).color} />
        <button
          className="jp-trackbook-link"
          dir="auto"
          onClick={() =>
            void commands.execute(CommandIDs.openRun, { runId: run.run_id })
          }
        >
          {run.name}
        </button>
        {metric === null ? null : (
          <span className="jp-trackbook-running-metric">
            {`${metric.key} ${formatNumber(metric.value)}`}
          </span>
        )}
      </th>
      <td>
        {path === null ? (
          <span className="jp-trackbook-hint">{run.experiment}</span>
        ) : isReachable(path) ? (
          <button
            className="jp-trackbook-link"
            title={trans.__('Open %1', path)}
            onClick={() => void commands.execute('docmanager:open', { path })}
          >
            {PathExt.basename(path)}
          </button>
        ) : (
          <span title={path}>{PathExt.basename(path)}</span>
        )}
      </td>
      <td>
        <Executing run={run} />
      </td>
      <td>
        <Where run={run} host={host} />
      </td>
      <td>
        <Actions run={run} onChange={onChange} />
      </td>
    </tr>
  );
}

/** Paths outside of what the server shows are absolute. */
function isReachable(path: string): boolean {
  return !path.startsWith('/');
}

function Executing({ run }: { readonly run: RunningRun }): ReactElement {
  const { commands, trans } = useServices();
  const { cell, notebook_path: path } = run;
  if (cell === null) {
    return (
      <span className="jp-trackbook-hint">
        {trans.__('no cell; waiting for the next')}
      </span>
    );
  }
  const title = titleOfSource(cell.source);
  return (
    <>
      {cell.cell_id !== null && path !== null && isReachable(path) ? (
        <button
          className="jp-trackbook-cell-link"
          title={trans.__('Show in the notebook: %1', title)}
          onClick={() =>
            void (async () => {
              await commands.execute('docmanager:open', { path });
              await commands.execute(CommandIDs.showCell, {
                path,
                cellId: cell.cell_id
              });
            })()
          }
        >
          <span className="jp-trackbook-cell-name">{title}</span>
        </button>
      ) : (
        <span className="jp-trackbook-cell-name" title={cell.source}>
          {title}
        </span>
      )}
      <Since at={cell.started_at} />
    </>
  );
}

/** Counts on its own, so that nothing else is drawn each second. */
function Since({ at }: { readonly at: string }): ReactElement {
  const { trans } = useServices();
  const locale = useLocale();
  const now = useNow(1000);
  const ms = Math.max(0, now - Date.parse(at));
  return (
    <time
      className="jp-trackbook-running-since"
      dateTime={at}
      title={trans.__('Since %1', formatMoment(at, locale))}
    >
      {trans.__('for %1', formatDuration(Math.floor(ms / 1000) * 1000, trans))}
    </time>
  );
}

function Where(props: {
  readonly run: RunningRun;
  readonly host: string;
}): ReactElement {
  const { trans } = useServices();
  const { run, host } = props;
  const isOtherHost = run.host !== '' && run.host !== host;
  return (
    <>
      <span>{isOtherHost ? run.host : trans.__('this host')}</span>
      <span className="jp-trackbook-hint">
        {run.kernel_id !== null
          ? trans.__('kernel %1', run.kernel_id.slice(0, 8))
          : run.pid !== null
            ? trans.__('process %1', run.pid)
            : ''}
      </span>
    </>
  );
}

function Actions(props: {
  readonly run: RunningRun;
  readonly onChange: () => void;
}): ReactElement {
  const { commands, recordings, trans } = useServices();
  const { run, onChange } = props;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { kernel_id: kernelId } = run;
  if (!run.is_here || kernelId === null) {
    return (
      <span className="jp-trackbook-hint">
        {trans.__(
          'Not a kernel of this server, which can’t interrupt it: stop it where it was started.'
        )}
      </span>
    );
  }
  const act = async (ask: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await ask();
      onChange();
    } catch (thrown) {
      setFailure(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="jp-trackbook-actions">
      <button
        className="jp-trackbook-button"
        disabled={busy || run.cell === null}
        aria-label={trans.__('Interrupt %1', run.name)}
        title={
          run.cell === null
            ? trans.__('No cell is running')
            : trans.__('Interrupt the kernel: the cell ends with an error')
        }
        onClick={() =>
          void act(async () =>
            commands.execute(CommandIDs.interruptKernel, { kernelId })
          )
        }
      >
        {trans.__('Interrupt')}
      </button>
      <button
        className="jp-trackbook-button"
        disabled={busy}
        aria-label={trans.__('Stop recording %1', run.name)}
        title={trans.__('Nothing more is kept; the kernel goes on')}
        onClick={() =>
          void act(async () => recordings.actions.record(kernelId, false))
        }
      >
        {trans.__('Stop recording')}
      </button>
      {failure === null ? null : (
        <span className="jp-trackbook-error" role="alert">
          {failure}
        </span>
      )}
    </div>
  );
}
