/**
 * axe, which finds what keeps a page from those who don't see or point.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { readFileSync } from 'node:fs';

type Axe = {
  run: (
    context: string[],
    options: object
  ) => Promise<{
    violations: {
      id: string;
      impact: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }[];
  }>;
};

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical in our widgets; the rest is JupyterLab's. */
export async function problems(
  page: IJupyterLabPageFixture
): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    for (const [index, node] of [
      ...document.querySelectorAll('.jp-trackbook, .jp-trackbook-record')
    ].entries()) {
      node.setAttribute('data-axe', String(index));
    }
    const visible = [...document.querySelectorAll('[data-axe]')]
      .filter(node => node.getClientRects().length > 0)
      .map(node => `[data-axe="${node.getAttribute('data-axe')}"]`);
    const { violations } = await axe.run(visible, {
      resultTypes: ['violations']
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.html}\n${node.failureSummary}`)
      );
  });
}
