import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { createElement } from 'react';
import { describe, expect, it, vi } from 'vitest';

import type { ITrackbook } from './tokens';
import { TrackbookWidget, localeOf } from './widgets';

describe('the language of dates', () => {
  it('is the one that was chosen, as browsers write it', () => {
    expect(localeOf('zh_CN')).toBe('zh-CN');
    expect(localeOf('de')).toBe('de');
  });

  it('is the browser’s where none was chosen', () => {
    expect(localeOf('en')).toBeUndefined();
    expect(localeOf('')).toBeUndefined();
    // JupyterLab 4.2
    expect(localeOf(undefined)).toBeUndefined();
  });
});

describe('a widget', () => {
  it('draws nothing before it is seen, and stays drawn behind a tab', async () => {
    // JupyterLab draws at first when the browser is idle, which jsdom never says.
    vi.stubGlobal('requestIdleCallback', (call: () => void) =>
      setTimeout(call)
    );
    const settled = async (): Promise<void> => {
      MessageLoop.flush();
      await new Promise(resolve => setTimeout(resolve, 20));
    };
    let drawn = 0;
    const trans = nullTranslator.load('trackbook');
    const widget = new TrackbookWidget(
      { trans } as unknown as ITrackbook,
      () => {
        drawn += 1;
        return createElement('p', null, 'runs');
      },
      'The list'
    );
    widget.hide();
    Widget.attach(widget, document.body);
    await settled();
    expect(drawn).toBe(0);

    widget.show();
    await settled();
    expect(widget.node.textContent).toBe('runs');

    widget.hide();
    widget.update();
    await settled();
    expect(widget.node.textContent).toBe('runs');
    widget.dispose();
    vi.unstubAllGlobals();
  });
});
