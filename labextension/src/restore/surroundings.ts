/**
 * What differs around the notebook since the run, in a sentence or two. Pure.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RestorePlan } from '../contract';

/** So many packages are named in the sentence. */
const NAMED = 3;

export type Surroundings = {
  readonly sentences: readonly string[];
  /** Whether something differs that may give other results. */
  readonly differs: boolean;
};

export function describeSurroundings(
  plan: Pick<RestorePlan, 'environment' | 'inputs'>,
  trans: TranslationBundle
): Surroundings {
  const packages = describePackages(plan, trans);
  const inputs = describeInputs(plan, trans);
  return {
    sentences: [packages.text, inputs.text].filter(text => text !== ''),
    differs: packages.differs || inputs.differs
  };
}

type Said = { readonly text: string; readonly differs: boolean };

function describePackages(
  { environment }: Pick<RestorePlan, 'environment'>,
  trans: TranslationBundle
): Said {
  if (environment === null) {
    return {
      text: trans.__('What the run had installed was not recorded.'),
      differs: false
    };
  }
  const { packages, python_then, python_now, interpreter } = environment;
  if (interpreter === null || python_now === null) {
    return {
      text: trans.__(
        'Which packages are here now can’t be told without a kernel that is recorded.'
      ),
      differs: false
    };
  }
  const used = packages.filter(one => one.is_used);
  const named = used
    .slice(0, NAMED)
    .map(({ name, then, now }) =>
      then === null
        ? trans.__('%1 %2 was added', name, now ?? '')
        : now === null
          ? trans.__('%1 %2 was removed', name, then)
          : trans.__('%1 went from %2 to %3', name, then, now)
    );
  if (minor(python_then) !== minor(python_now)) {
    named.unshift(
      trans.__('Python went from %1 to %2', python_then, python_now)
    );
  }
  const others = packages.length - Math.min(used.length, NAMED);
  if (named.length === 0) {
    return others === 0
      ? { text: trans.__('Packages are the same.'), differs: false }
      : {
          text: trans._n(
            'Since this run one package that the notebook does not import is another here.',
            'Since this run %1 packages that the notebook does not import are others here.',
            others,
            others
          ),
          differs: true
        };
  }
  const rest =
    others === 0
      ? ''
      : trans._n(
          ' (and one more package)',
          ' (and %1 more packages)',
          others,
          others
        );
  return {
    text: trans.__('Since this run %1 here%2.', named.join(', '), rest),
    differs: true
  };
}

function describeInputs(
  { inputs }: Pick<RestorePlan, 'inputs'>,
  trans: TranslationBundle
): Said {
  const names = (state: (typeof inputs)[number]['state']): string =>
    inputs
      .filter(one => one.state === state)
      .map(one => one.name)
      .join(', ');
  const changed = names('changed');
  const gone = names('gone');
  const unknown = names('unknown');
  const parts = [
    changed === '' ? '' : trans.__('Changed since: %1.', changed),
    gone === '' ? '' : trans.__('No longer there: %1.', gone),
    unknown === '' ? '' : trans.__('Not checked: %1.', unknown)
  ].filter(part => part !== '');
  if (parts.length > 0) {
    return { text: parts.join(' '), differs: changed !== '' || gone !== '' };
  }
  return {
    text: inputs.length === 0 ? '' : trans.__('Inputs are the same.'),
    differs: false
  };
}

function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
