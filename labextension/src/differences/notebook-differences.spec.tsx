import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  makeCell,
  makeDifference,
  makeOutput,
  makeSide
} from '../../tests/differences';
import { makeStage, show } from '../../tests/views';
import type { FakeServer } from '../../tests/views';
import type { CellDifference, NotebookDifference } from '../contract';
import { NotebookDifferences } from './notebook-differences';

const SAME = makeCell({
  title: 'import numpy',
  before: makeSide('import numpy'),
  after: makeSide('import numpy')
});
const EDITED = makeCell({
  change: 'edited',
  differs: ['source'],
  title: 'lr = 0.003',
  after: makeSide('lr = 0.003', { place: 2 })
});

function showCells(
  cells: readonly CellDifference[],
  part: Partial<NotebookDifference> = {},
  server: Partial<FakeServer> = {}
): void {
  const stage = makeStage(server);
  show(stage, <NotebookDifferences difference={makeDifference(cells, part)} />);
}

const names = (): (string | null)[] =>
  screen.getAllByRole('region').map(row => row.getAttribute('aria-label'));

/** Outputs of a cell as both sides name them, and the pieces that hold them. */
function makeRerun(
  before: Record<string, unknown>,
  after: Record<string, unknown>
): { cell: CellDifference; pieces: Record<string, unknown> } {
  const refOf = (
    sha256: string,
    piece: Record<string, unknown>
  ): ReturnType<typeof makeOutput> =>
    makeOutput({
      sha256,
      kind: String(piece['output_type']),
      parts: Object.keys((piece['data'] as object | undefined) ?? {}).map(
        mime_type => ({ mime_type, size_bytes: 4 })
      )
    });
  return {
    cell: makeCell({
      change: 'rerun',
      differs: ['outputs'],
      title: 'plot()',
      before: makeSide('plot()', { outputs: [refOf('old', before)] }),
      after: makeSide('plot()', { outputs: [refOf('new', after)] })
    }),
    pieces: { old: before, new: after }
  };
}

beforeAll(() => {
  // jsdom lays nothing out and scrolls nowhere.
  HTMLElement.prototype.scrollIntoView = () => undefined;
  vi.stubGlobal('IntersectionObserver', undefined);
});
beforeEach(() => localStorage.clear());

describe('the differences of two notebooks', () => {
  it('are shown alone until everything is asked for', async () => {
    const user = userEvent.setup();
    showCells([SAME, EDITED]);
    expect(screen.getByText('1 of 2 differ')).toBeTruthy();
    expect(names()).toContain('lr = 0.003, edited');
    expect(names()).not.toContain('import numpy, same');
    await user.click(screen.getByRole('button', { name: 'Everything' }));
    expect(names()).toContain('import numpy, same');
  });

  it('say each cell’s change by a word, its place on hover, and where it is', () => {
    showCells([
      EDITED,
      makeCell({ title: 'a()', change: 'added', before: null }),
      makeCell({ title: 'b()', change: 'removed', after: null }),
      makeCell({
        title: 'c()',
        change: 'moved',
        moved: true,
        before: makeSide('c()', { place: 7 })
      })
    ]);
    const edited = screen.getByRole('region', { name: 'lr = 0.003, edited' });
    expect(within(edited).getByText('lr = 0.003').title).toContain(
      'Cell 2, before: cell 1'
    );
    expect(screen.getByText('only in r7')).toBeTruthy();
    expect(screen.getByText('only in r2')).toBeTruthy();
    expect(screen.getByText('moved, cell 7 → 1')).toBeTruthy();
    expect(
      screen.getByText('1 edited, 1 added, 1 removed, 1 moved')
    ).toBeTruthy();
  });

  it('say that there are none', () => {
    showCells([SAME], { equal: true });
    expect(
      screen.getByText('Nothing differs: the documents are equal.')
    ).toBeTruthy();
  });

  it('say that only ids differ', () => {
    showCells([makeCell({ differs: ['id'] })]);
    expect(
      screen.getByText('The cells are the same; only their ids differ.')
    ).toBeTruthy();
  });

  it('say that they were cut short', () => {
    showCells([EDITED], { cut_short: true });
    expect(screen.getByText(/too many cells to tell all edited/)).toBeTruthy();
  });

  it('are gone through with n and p', async () => {
    const user = userEvent.setup();
    showCells([
      EDITED,
      SAME,
      makeCell({ title: 'a()', change: 'added', before: null })
    ]);
    screen.getByRole('button', { name: 'Everything' }).focus();
    await user.keyboard('n');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'lr = 0.003, edited'
    );
    await user.keyboard('n');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'a(), added'
    );
    await user.keyboard('nnp');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'lr = 0.003, edited'
    );
  });

  it('remember whether sources stand side by side', async () => {
    const user = userEvent.setup();
    showCells([EDITED]);
    await user.click(screen.getByRole('button', { name: 'Inline' }));
    showCells([EDITED]);
    for (const button of screen.getAllByRole('button', { name: 'Inline' })) {
      expect(button.getAttribute('aria-pressed')).toBe('true');
    }
  });

  it('keep outputs closed, and fetch them when they are opened', async () => {
    const user = userEvent.setup();
    const { cell, pieces } = makeRerun(
      { output_type: 'display_data', data: { 'image/png': 'QUJD' } },
      { output_type: 'display_data', data: { 'image/png': 'REVG' } }
    );
    showCells([cell], {}, { pieces });
    expect(screen.queryByRole('img')).toBeNull();
    await user.click(
      screen.getByRole('button', { name: 'Outputs: picture → picture' })
    );
    const pictures = await screen.findAllByRole('img');
    expect(pictures.map(img => img.getAttribute('alt'))).toEqual([
      'plot(), output 1, r2',
      'plot(), output 1, r7'
    ]);
    await user.click(screen.getByRole('button', { name: 'Swipe' }));
    expect(
      screen.getByRole('slider', { name: 'How much of r2 is shown' })
    ).toBeTruthy();
  });

  it('show outputs of different kinds beside each other, sanitised', async () => {
    const user = userEvent.setup();
    const { cell, pieces } = makeRerun(
      { output_type: 'stream', name: 'stdout', text: 'hello' },
      {
        output_type: 'display_data',
        data: { 'text/html': '<b>bold</b><script>window.hurt = 1</script>' }
      }
    );
    showCells([cell], {}, { pieces });
    await user.click(screen.getByRole('button', { name: /^Outputs/ }));
    expect((await screen.findByText('bold')).tagName).toBe('B');
    expect(document.querySelector('script')).toBeNull();
    expect(screen.getAllByText('hello')).toHaveLength(1);
  });

  it('say which output can’t be read, and try again where that may help', async () => {
    const user = userEvent.setup();
    const { cell } = makeRerun(
      { output_type: 'stream' },
      { output_type: 'stream' }
    );
    const lost = {
      ...cell,
      after: makeSide('plot()', { outputs: [makeOutput({ damaged: true })] })
    };
    showCells([lost], {}, { pieces: {} });
    await user.click(screen.getByRole('button', { name: /damaged/ }));
    expect(await screen.findByRole('alert')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('tell metadata on demand', async () => {
    const user = userEvent.setup();
    showCells(
      [makeCell({ change: 'edited', differs: ['metadata'], title: 'x' })],
      { frame: ['metadata.kernelspec'] },
      {
        pieces: {
          'sha of lr = 0.1': { metadata: { tags: ['a'] }, source: 's' }
        }
      }
    );
    expect(screen.getByText('its source is the same')).toBeTruthy();
    expect(
      screen.getByRole('button', {
        name: 'The notebook’s own metadata differ: metadata.kernelspec'
      })
    ).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Differs: metadata' }));
    expect(document.querySelector('.jp-trackbook-diff')).toBeTruthy();
  });
});

describe('hostile sources', () => {
  it('show the characters that nobody sees', () => {
    showCells([
      makeCell({
        title: 'x',
        change: 'added',
        before: null,
        after: makeSide('a = "\u202e"\u0007')
      })
    ]);
    const row = screen.getByRole('region', { name: 'x, added' });
    expect(row.textContent).toContain('a = "U+202E"U+0007');
  });

  it('are shown by their beginning where they are huge', async () => {
    const user = userEvent.setup();
    showCells([
      makeCell({
        title: 'x',
        change: 'added',
        before: null,
        after: makeSide('x'.repeat(1_000_000))
      })
    ]);
    const source = screen.getByRole('group', { name: 'r7' });
    expect(source.textContent).toHaveLength(20_000);
    await user.click(screen.getByRole('button', { name: 'Show whole' }));
    expect(source.textContent).toHaveLength(1_000_000);
  });

  it('are not marked word by word where they are huge', () => {
    showCells([
      makeCell({
        title: 'x',
        change: 'edited',
        differs: ['source'],
        before: makeSide('x'.repeat(30_000)),
        after: makeSide('y')
      })
    ]);
    expect(screen.getByText(/Too long for the differences/)).toBeTruthy();
  });
});
