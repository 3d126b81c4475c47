/**
 * The data that a run read: from where, how much, and what it was by its digest.
 */
import type { Run, RunInput } from '../contract';
import { formatBytes } from '../format';
import { useServices } from '../views/context';
import { Card } from '../views/parts';

export function RunInputs({ run }: { readonly run: Run }): JSX.Element | null {
  const { trans } = useServices();
  const { inputs } = run;
  if (inputs.length === 0) {
    return null;
  }
  return (
    <Card
      title={trans.__('Inputs')}
      aside={String(inputs.length)}
      className="jp-trackbook-later"
    >
      <div
        className="jp-trackbook-scroll"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Inputs')}
      >
        <table className="jp-trackbook-table" aria-label={trans.__('Inputs')}>
          <tbody>
            {inputs.map(input => (
              <InputRow
                key={`${input.name} ${input.digest} ${input.context}`}
                input={input}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function InputRow({ input }: { readonly input: RunInput }): JSX.Element {
  const { trans } = useServices();
  const rows = numberOf(input.profile['num_rows']);
  const size = numberOf(input.profile['size_bytes']);
  const amount = [
    rows === null
      ? ''
      : trans._n('%2 row', '%2 rows', rows, rows.toLocaleString()),
    size === null ? '' : formatBytes(size)
  ]
    .filter(word => word !== '')
    .join(' · ');
  return (
    <tr>
      <th scope="row" title={input.source || input.name}>
        {input.name}
        {input.context === '' ? null : (
          <span className="jp-trackbook-hint"> {input.context}</span>
        )}
      </th>
      <td className="jp-trackbook-was" title={input.source}>
        {input.source}
      </td>
      <td className="jp-trackbook-number">{amount}</td>
      <td
        className="jp-trackbook-number"
        title={trans.__('Digest: %1', input.digest)}
      >
        {input.digest.slice(0, 8)}
      </td>
    </tr>
  );
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
