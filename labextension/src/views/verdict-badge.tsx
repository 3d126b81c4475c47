/**
 * The answer to "Does the notebook explain it?" in one word, wherever a run is shown.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Explanation } from '../contract';
import { useServices } from './context';

export type Verdict = Explanation['verdict'];

export function VerdictBadge(props: {
  readonly verdict: Verdict;
}): JSX.Element {
  const { trans } = useServices();
  return (
    <span
      className="jp-trackbook-verdict"
      data-verdict={props.verdict}
      title={verdictSentence(props.verdict, trans)}
    >
      {verdictWord(props.verdict, trans)}
    </span>
  );
}

export function verdictWord(
  verdict: Verdict,
  trans: TranslationBundle
): string {
  switch (verdict) {
    case 'green':
      return trans.__('green');
    case 'amber':
      return trans.__('amber');
    case 'red':
      return trans.__('red');
    case 'unknown':
      return trans.__('not known');
  }
}

export function verdictSentence(
  verdict: Verdict,
  trans: TranslationBundle
): string {
  switch (verdict) {
    case 'green':
      return trans.__(
        'Run from the top in a fresh kernel, the notebook executes the same code on the same values.'
      );
    case 'amber':
      return trans.__(
        'Run from the top in a fresh kernel, the notebook may give another result, or stop before it.'
      );
    case 'red':
      return trans.__(
        'Run from the top in a fresh kernel, the notebook takes other code for this result, or stops before it.'
      );
    case 'unknown':
      return trans.__(
        'Nothing speaks against the notebook, but not everything could be checked.'
      );
  }
}
