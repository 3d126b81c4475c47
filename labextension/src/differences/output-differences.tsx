/**
 * What a cell put out on either side: texts as texts, pictures over each other, the rest
 * beside each other; as JupyterLab would draw it for nobody's trust.
 */
import type { CellOutput, OutputRef } from '../contract';
import { OneOutput } from '../run/cell-outputs';
import {
  bestPart,
  isDrawable,
  isImage,
  PLAIN,
  textOf
} from '../run/output-kinds';
import { readOutput } from '../run/notebook-cells';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import type { RowProps } from './cell-row';
import { pairOutputs } from './derive';
import type { OutputPair } from './derive';
import { PicturePair } from './picture-pair';
import { SourceDiff } from './source-diff';
import { usePieces } from './use-piece';

type Props = RowProps & { readonly title: string };

const PAIR_LIMIT = 50;

export function OutputDifferences(props: Props): JSX.Element {
  const { cell } = props;
  const { trans } = useServices();
  const pairs = pairOutputs(
    cell.before?.outputs ?? [],
    cell.after?.outputs ?? []
  );
  const shown = pairs.slice(0, PAIR_LIMIT);
  return (
    <div className="jp-trackbook-output-differences">
      {shown.map((pair, index) => (
        <Pair
          key={`${pair.before?.sha256 ?? ''} ${pair.after?.sha256 ?? ''} ${index}`}
          {...props}
          pair={pair}
          name={trans.__('%1, output %2', props.title, index + 1)}
        />
      ))}
      {pairs.length > shown.length ? (
        <p className="jp-trackbook-left-out">
          {trans.__('… %1 more outputs …', pairs.length - shown.length)}
        </p>
      ) : null}
    </div>
  );
}

function Pair(
  props: Props & { readonly pair: OutputPair; readonly name: string }
): JSX.Element {
  const { before, after, pair, names } = props;
  const { trans } = useServices();
  const isSame = pair.before?.sha256 === pair.after?.sha256;
  const { state, reload } = usePieces([
    isSame ? null : nameOf(pair.before, before.ref),
    nameOf(pair.after, after.ref)
  ]);
  switch (state.kind) {
    case 'loading':
      return <p className="jp-trackbook-hint">{trans.__('Loading…')}</p>;
    case 'failed':
      return <FailureNotice failure={state.failure} onRetry={reload} />;
    case 'ready': {
      const [left, right] = state.value.map(readOutput);
      return (
        <>
          {isSame ? (
            <p className="jp-trackbook-hint">
              {trans.__('The same on both sides:')}
            </p>
          ) : null}
          {left != null && right != null ? (
            <Both {...props} left={left} right={right} />
          ) : (
            <div className="jp-trackbook-sides">
              {isSame || props.cell.before === null ? null : (
                <Side
                  output={left}
                  damaged={pair.before}
                  name={props.name}
                  label={names.before}
                />
              )}
              {props.cell.after === null ? null : (
                <Side
                  output={right}
                  damaged={pair.after}
                  name={props.name}
                  label={isSame ? '' : names.after}
                />
              )}
            </div>
          )}
        </>
      );
    }
  }
}

function Both(
  props: Props & {
    readonly left: CellOutput;
    readonly right: CellOutput;
    readonly name: string;
  }
): JSX.Element {
  const { left, right, names, mode, name } = props;
  const { rendermime } = useServices();
  const drawable = rendermime.mimeTypes.filter(type =>
    isDrawable(type, rendermime)
  );
  const [one, other] = [bestPart(left, drawable), bestPart(right, drawable)];
  if (
    one !== null &&
    other !== null &&
    isImage(one.mimeType) &&
    isImage(other.mimeType)
  ) {
    return <PicturePair before={one} after={other} names={names} name={name} />;
  }
  const texts = [plainTextOf(left, one), plainTextOf(right, other)] as const;
  if (texts[0] !== null && texts[1] !== null) {
    return (
      <SourceDiff
        before={texts[0]}
        after={texts[1]}
        labels={names}
        mode={mode}
        language=""
      />
    );
  }
  return (
    <div className="jp-trackbook-sides">
      <Side output={left} damaged={null} name={name} label={names.before} />
      <Side output={right} damaged={null} name={name} label={names.after} />
    </div>
  );
}

/** One side's output, or that it has none. */
function Side(props: {
  readonly output: CellOutput | null | undefined;
  readonly damaged: OutputRef | null;
  readonly name: string;
  readonly label: string;
}): JSX.Element {
  const { output, damaged, name, label } = props;
  const { trans } = useServices();
  return (
    <figure className="jp-trackbook-side">
      {label === '' ? null : <figcaption>{label}</figcaption>}
      {output != null ? (
        <OneOutput
          runId=""
          output={output}
          name={label === '' ? name : `${name}, ${label}`}
        />
      ) : (
        <p className="jp-trackbook-hint">
          {damaged?.damaged === true
            ? trans.__('This output can’t be read any more.')
            : trans.__('nothing')}
        </p>
      )}
    </figure>
  );
}

/** An output that is nothing but text, without its colours; null where it is more. */
function plainTextOf(
  output: CellOutput,
  part: ReturnType<typeof bestPart>
): string | null {
  if (output.kind === 'stream') {
    return withoutColours(output.text);
  }
  return part?.mimeType === PLAIN ? withoutColours(textOf(part.data)) : null;
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- an ANSI sequence begins with one
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

function nameOf(
  output: OutputRef | null,
  ref: string
): { ref: string; sha256: string } | null {
  return output === null || output.damaged
    ? null
    : { ref, sha256: output.sha256 };
}
