/**
 * What there is to the chosen result beside its points: folds, and what its name means.
 */
import type { MetricSummary } from '../contract';
import { columnFormat } from '../format';
import { useServices } from '../views/context';
import { Disclosure } from '../views/parts';
import { RuleButton } from './run-names';
import type { OnRule } from './run-names';

export function MetricDetail(props: {
  readonly metric: MetricSummary;
  readonly onRule: OnRule;
}): JSX.Element {
  const { metric, onRule } = props;
  const { trans } = useServices();
  const { key, folds } = metric;
  return (
    <div className="jp-trackbook-metric-detail">
      {folds === null ? null : (
        <Disclosure
          label={trans._n(
            'Mean of one fold',
            'Mean of %1 folds',
            folds.length,
            folds.length
          )}
        >
          {() => {
            const format = columnFormat(folds);
            return (
              <ol
                className="jp-trackbook-folds"
                aria-label={trans.__('Folds of %1', key)}
              >
                {folds.map((fold, index) => (
                  <li key={index}>{format(fold)}</li>
                ))}
              </ol>
            );
          }}
        </Disclosure>
      )}
      <RuleButton name={key} rule="ignore" onRule={onRule} />
    </div>
  );
}
