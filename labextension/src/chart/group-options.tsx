/**
 * By what a chart groups its runs, and what it draws of a group.
 */
import { useServices } from '../views/context';
import { groupChoices } from './grouping';
import type { GroupSettings, GroupSubject } from './grouping';

type Props = {
  readonly groups: GroupSettings;
  readonly onGroups: (groups: GroupSettings) => void;
  readonly subject: GroupSubject;
};

export function GroupOptions(props: Props): JSX.Element | null {
  const { groups, onGroups, subject } = props;
  const { trans } = useServices();
  const choices = groupChoices(subject, groups.by, trans);
  if (choices.length === 0) {
    return null;
  }
  return (
    <>
      <label>
        {trans.__('Group by')}{' '}
        <select
          className="jp-trackbook-choice jp-trackbook-x-axis"
          value={groups.by ?? ''}
          onChange={event =>
            onGroups({ ...groups, by: event.target.value || null })
          }
        >
          <option value="">{trans.__('nothing')}</option>
          {choices.map(({ by, label }) => (
            <option key={by} value={by}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {groups.by === null ? null : (
        <>
          <label>
            {trans.__('Line')}{' '}
            <select
              className="jp-trackbook-choice"
              value={groups.middle}
              onChange={event =>
                onGroups({
                  ...groups,
                  middle: event.target.value === 'median' ? 'median' : 'mean'
                })
              }
            >
              <option value="mean">{trans.__('mean')}</option>
              <option value="median">{trans.__('median')}</option>
            </select>
          </label>
          <label>
            {trans.__('Band')}{' '}
            <select
              className="jp-trackbook-choice"
              value={groups.spread}
              onChange={event => {
                const { value } = event.target;
                onGroups({
                  ...groups,
                  spread: value === 'std' || value === 'sem' ? value : 'range'
                });
              }}
            >
              <option value="range">{trans.__('least to greatest')}</option>
              <option value="std">{trans.__('standard deviation')}</option>
              <option value="sem">{trans.__('standard error')}</option>
            </select>
          </label>
        </>
      )}
    </>
  );
}
