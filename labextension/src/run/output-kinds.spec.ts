import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { describe, expect, it } from 'vitest';

import { trans } from '../../tests/samples';
import { makeExecution, makeOutput, makeOutputs } from '../../tests/views';
import type { CellOutput } from '../contract';
import {
  bestPart,
  describeOutputs,
  figuresOf,
  isDrawable,
  streamParts,
  summariseWidget,
  textOf
} from './output-kinds';

const registry = new RenderMimeRegistry({
  initialFactories: standardRendererFactories
});
const drawable = registry.mimeTypes.filter(type => isDrawable(type, registry));

function bestType(data: Record<string, unknown>): string | undefined {
  return bestPart(makeOutput({ data }), drawable)?.mimeType;
}

describe('the part of a bundle that is shown', () => {
  it('is what JupyterLab would show, were the notebook not trusted', () => {
    expect(bestType({ 'text/plain': 'x', 'text/html': '<b>x</b>' })).toBe(
      'text/html'
    );
    expect(bestType({ 'text/plain': 'x', 'image/png': 'AA==' })).toBe(
      'image/png'
    );
    // Drawn as an image, in which nothing runs.
    expect(bestType({ 'text/plain': 'x', 'image/svg+xml': '<svg/>' })).toBe(
      'image/svg+xml'
    );
  });

  it('is never a script', () => {
    expect(bestType({ 'application/javascript': 'alert(1)' })).toBeUndefined();
    expect(
      bestType({ 'application/javascript': 'alert(1)', 'text/plain': 'x' })
    ).toBe('text/plain');
  });

  it('is not what an object has from its class', () => {
    expect(bestPart(makeOutput(), ['constructor', 'toString'])).toBeNull();
  });

  it('may lie in a blob', () => {
    const blob = { sha256: 'b1', size_bytes: 9 };
    const output = makeOutput({
      data: { 'text/plain': 'x' },
      blobs: { 'text/html': blob }
    });
    expect(bestPart(output, drawable)).toEqual({
      mimeType: 'text/html',
      data: undefined,
      blob
    });
  });
});

describe('the line about outputs', () => {
  const say = (parts: readonly Partial<CellOutput>[], count?: number): string =>
    describeOutputs(makeOutputs('e1', parts, count), trans);

  it('says what kinds there are, and how much text', () => {
    expect(
      say([
        { kind: 'stream', text: 'a\nb\n' },
        { data: { 'image/png': 'AA==', 'text/plain': '<Figure>' } },
        { data: { 'text/html': '<table></table>', 'text/plain': 'x' } },
        { kind: 'execute_result', data: { 'text/plain': '0.97' } }
      ])
    ).toBe('figure, table, 3 lines');
  });

  it('counts what is not read yet', () => {
    expect(say([{ kind: 'stream', text: 'a' }], 3)).toBe('2 outputs, one line');
  });

  it('says nothing of an empty text', () => {
    expect(say([{ kind: 'stream', text: '\n' }])).toBe('');
  });
});

describe('a stream of which the middle was left out', () => {
  it('is cut where its head ends, counted as Python counts', () => {
    const output = makeOutput({
      kind: 'stream',
      text: '🙂🙂abc',
      head_length: 3,
      omitted_bytes: 12
    });
    expect(streamParts(output)).toEqual({
      head: '🙂🙂a',
      omittedBytes: 12,
      tail: 'bc'
    });
  });
});

describe('a widget', () => {
  const view = {
    'application/vnd.jupyter.widget-view+json': { model_id: 'm' }
  };
  const STATE = 'application/vnd.jupyter.widget-state+json';

  it('is told by its last state', () => {
    const state = {
      _model_name: 'IntSliderModel',
      description: 'depth',
      value: 7,
      layout: 'IPY_MODEL_1'
    };
    const output = makeOutput({
      data: { ...view, [STATE]: { state: { m: { state } } } }
    });
    expect(summariseWidget(output)).toEqual({
      name: 'IntSlider',
      facts: [
        ['description', 'depth'],
        ['value', '7']
      ]
    });
  });

  it('is a widget and no more where its state was not kept', () => {
    expect(summariseWidget(makeOutput({ data: view }))).toBeNull();
    const odd = { ...view, [STATE]: ['no', 'state'] };
    expect(summariseWidget(makeOutput({ data: odd }))).toBeNull();
  });
});

describe('the figures of a run', () => {
  it('come in the order of the executions, each with its own', () => {
    const held = new Map([
      ['b', makeOutputs('b', [{ data: { 'image/png': 'BB==' } }])],
      [
        'a',
        makeOutputs('a', [
          { kind: 'stream', text: 'x' },
          { blobs: { 'image/svg+xml': { sha256: 's', size_bytes: 1 } } }
        ])
      ]
    ]);
    const executions = ['a', 'b', 'c'].map(id =>
      makeExecution({ execution_id: id })
    );
    expect(
      figuresOf(executions, held).map(figure => [
        figure.executionId,
        figure.part.mimeType
      ])
    ).toEqual([
      ['a', 'image/svg+xml'],
      ['b', 'image/png']
    ]);
  });
});

describe('content as text', () => {
  it('is nbformat’s, whole or in lines; anything else as JSON', () => {
    expect(textOf('a')).toBe('a');
    expect(textOf(['a\n', 'b'])).toBe('a\nb');
    expect(textOf({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(textOf(undefined)).toBe('');
  });
});
