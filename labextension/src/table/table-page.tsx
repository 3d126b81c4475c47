/**
 * The page of the table: the panel's list over the whole width, with all that belongs to
 * it.
 */
import { useRef } from 'react';
import type { ReactElement } from 'react';

import { Announcer } from '../sidebar/announcer';
import { Foot } from '../sidebar/foot';
import { Header, TimelineButton } from '../sidebar/header';
import { Runs } from '../sidebar/runs';
import { SearchBox } from '../sidebar/search-box';
import { Troubles } from '../sidebar/troubles';
import { DownloadButton } from './download-button';
import { RunTable } from './run-table';
import { useFollowedList } from './use-followed-list';

export function TablePage(): ReactElement {
  const node = useRef<HTMLDivElement>(null);
  useFollowedList(node);
  return (
    <div ref={node} className="jp-trackbook-panel jp-trackbook-runtable-page">
      <Header files={null}>
        <DownloadButton />
        <TimelineButton />
      </Header>
      <SearchBox />
      <Troubles />
      <Runs list={RunTable} />
      <Foot />
      <Announcer />
    </div>
  );
}
