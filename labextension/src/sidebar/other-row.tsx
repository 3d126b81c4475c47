/**
 * The items of the list that are no runs: heads, folders, and ends of what is not read.
 */
import { folderIcon, notebookIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { formatAge } from '../format';
import type { NumberFormat } from '../format';
import type { ListItem } from '../list-items';
import { useLocale, useTrans } from '../widgets';
import { FoldEnd, FoldRow } from './fold-row';
import { GroupRow } from './group-row';
import type { RowProps } from './use-list';

export type OtherItem = Exclude<ListItem, { readonly kind: 'run' }>;

export function OtherRow(props: {
  readonly item: OtherItem;
  readonly shared: RowProps;
  readonly formats: ReadonlyMap<string, NumberFormat>;
  readonly now: number;
  readonly onOpen: (item: ListItem) => void;
}): ReactElement {
  const { item, shared, onOpen } = props;
  const isEnd = item.kind === 'fold-end' || item.kind === 'group-end';
  return (
    <div
      {...shared}
      className={`jp-trackbook-day jp-mod-${item.kind}`}
      aria-level={isEnd ? 2 : 1}
      aria-expanded={expandedOf(item)}
      data-experiment-id={
        item.kind === 'experiment' ? item.experiment.experiment_id : undefined
      }
      onClick={() => {
        onOpen(item);
      }}
    >
      <Content {...props} />
    </div>
  );
}

function expandedOf(item: OtherItem): boolean | undefined {
  switch (item.kind) {
    case 'group':
      return !item.collapsed;
    case 'fold':
      return item.open;
    case 'experiment':
    case 'folder':
    case 'fold-end':
    case 'group-end':
    case 'groups-end':
      return undefined;
  }
}

function Content(props: {
  readonly item: OtherItem;
  readonly formats: ReadonlyMap<string, NumberFormat>;
  readonly now: number;
}): ReactElement {
  const { item, formats, now } = props;
  const trans = useTrans();
  switch (item.kind) {
    case 'group':
      return (
        <GroupRow
          group={item.group}
          collapsed={item.collapsed}
          format={formats.get(item.group.best?.key ?? '')}
          now={now}
        />
      );
    case 'fold':
      return <FoldRow count={item.count} open={item.open} />;
    case 'fold-end':
      return <FoldEnd phase={item.phase} left={null} />;
    case 'group-end':
      return <FoldEnd phase={item.phase} left={item.left} />;
    case 'groups-end':
      return (
        <span role="gridcell" className="jp-trackbook-fold-end">
          {trans._n('%1 more group', '%1 more groups', item.left)}
        </span>
      );
    case 'folder':
      return (
        <PlaceRow
          icon={folderIcon}
          name={item.folder.name}
          title={item.folder.path}
          count={item.folder.run_count}
          at={item.folder.last_started_at}
          now={now}
        />
      );
    case 'experiment':
      return (
        <PlaceRow
          icon={notebookIcon}
          name={item.experiment.name}
          title={item.experiment.notebook_path ?? item.experiment.name}
          count={item.experiment.run_count}
          at={item.experiment.last_started_at}
          now={now}
        />
      );
  }
}

/** A folder or an experiment that one can walk into. */
function PlaceRow(props: {
  readonly icon: typeof folderIcon;
  readonly name: string;
  readonly title: string;
  readonly count: number;
  readonly at: string;
  readonly now: number;
}): ReactElement {
  const { icon: Icon, name, title, count, at, now } = props;
  const trans = useTrans();
  const locale = useLocale();
  return (
    <span role="gridcell" className="jp-trackbook-day-cell" title={title}>
      <Icon.react tag="span" className="jp-trackbook-place-icon" />
      <span className="jp-trackbook-day-name" dir="auto">
        {name}
      </span>
      <span className="jp-trackbook-day-sum">
        {trans._n('%1 run', '%1 runs', count)}
        {' · '}
        {formatAge(at, now, trans, locale)}
      </span>
    </span>
  );
}
