/**
 * What one execution put out, whole, as JupyterLab would draw it for nobody's trust.
 */
import type { CellExecution, CellOutput } from '../contract';
import { formatBytes } from '../format';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { OutputPart } from './output-part';
import { OutputText } from './output-text';
import { bestPart, isDrawable, isImage, streamParts } from './output-kinds';
import { useWatched } from './use-outputs';
import type { Outputs } from './use-outputs';

const STREAM = 'application/vnd.jupyter.';

export function CellOutputs(props: {
  readonly runId: string;
  readonly execution: CellExecution;
  readonly title: string;
  readonly outputs: Outputs;
}): JSX.Element | null {
  const { runId, execution, title, outputs } = props;
  const { trans } = useServices();
  const held = useWatched(outputs, execution.execution_id);
  const lacks =
    held === null ? execution.output_count : held.count - held.outputs.length;
  if (held === null && lacks === 0) {
    return null;
  }
  return (
    <div
      className="jp-trackbook-outputs"
      role="group"
      aria-label={trans.__('Outputs of %1', title)}
    >
      {held?.outputs.map(output => (
        <OneOutput
          key={output.index}
          runId={runId}
          output={output}
          name={trans.__('%1, output %2', title, output.index + 1)}
        />
      ))}
      {lacks === 0 ? null : outputs.failure === null ? (
        <p className="jp-trackbook-hint">
          {held === null
            ? trans.__('Loading its outputs…')
            : trans._n('Loading one more…', 'Loading %1 more…', lacks, lacks)}
        </p>
      ) : (
        <FailureNotice failure={outputs.failure} onRetry={outputs.retry} />
      )}
    </div>
  );
}

/** One output of an execution, or of a notebook's cell. */
export function OneOutput(props: {
  readonly runId: string;
  readonly output: CellOutput;
  readonly name: string;
}): JSX.Element {
  const { runId, output, name } = props;
  const { trans, rendermime } = useServices();
  if (output.kind === 'stream') {
    const type = `${STREAM}${output.name === 'stderr' ? 'stderr' : 'stdout'}`;
    const { head, omittedBytes, tail } = streamParts(output);
    return (
      <div
        className="jp-trackbook-output"
        data-kind={output.name}
        // What scrolls has to be reached with the keyboard.
        tabIndex={0}
        role="group"
        aria-label={name}
      >
        <OutputText mimeType={type} text={head} />
        {omittedBytes === 0 ? null : (
          <>
            <p className="jp-trackbook-left-out">
              {trans.__('… %1 left out …', formatBytes(omittedBytes))}
            </p>
            <OutputText mimeType={type} text={tail} />
          </>
        )}
      </div>
    );
  }
  const drawable = rendermime.mimeTypes.filter(type =>
    isDrawable(type, rendermime)
  );
  const part = bestPart(output, drawable);
  return (
    <div
      className="jp-trackbook-output"
      data-kind={output.kind}
      {...(part !== null && isImage(part.mimeType)
        ? {}
        : { tabIndex: 0, role: 'group', 'aria-label': name })}
    >
      <OutputPart runId={runId} output={output} part={part} name={name} />
    </div>
  );
}
