/**
 * The panel's parts, one below the other.
 */
import '../../style/opened.css';

import { useState } from 'react';
import type { ReactElement } from 'react';

import { Announcer } from './announcer';
import { Foot } from './foot';
import type { FolderLineProps } from './folder-line';
import { Header, TableButton, TimelineButton } from './header';
import { Notebooks } from './notebooks';
import { RunList } from './run-list';
import { Runs } from './runs';
import { SearchBox } from './search-box';
import { Troubles } from './troubles';

export function Panel({ files }: FolderLineProps): ReactElement {
  const [showsNotebooks, setShowsNotebooks] = useState(false);
  return (
    <div className="jp-trackbook-panel">
      <Header
        files={files}
        notebooks={{ isOn: showsNotebooks, onSwitch: setShowsNotebooks }}
      >
        <TableButton />
        <TimelineButton />
      </Header>
      {!showsNotebooks && <SearchBox />}
      <Troubles />
      {showsNotebooks ? <Notebooks /> : <Runs list={RunList} />}
      <Foot />
      <Announcer />
    </div>
  );
}
