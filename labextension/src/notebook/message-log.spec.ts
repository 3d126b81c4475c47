import { KernelMessage } from '@jupyterlab/services';
import type { Kernel } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { MessageLog } from './message-log';

type Content = { silent?: boolean; store_history?: boolean };

function request(id: string, cellId: string | null, content: Content = {}) {
  const msg = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
    msgType: 'execute_request',
    channel: 'shell',
    session: 's',
    msgId: id,
    metadata: cellId === null ? {} : { cellId },
    content: { code: 'lr = 1', ...content }
  });
  return { msg, direction: 'send' } as const;
}

function received(
  msg: KernelMessage.IMessage,
  parentId: string
): Kernel.IAnyMessageArgs {
  const parent_header = { ...msg.header, msg_id: parentId };
  return {
    msg: { ...msg, parent_header } as KernelMessage.IMessage,
    direction: 'recv'
  };
}

function idle(parentId: string) {
  return received(
    KernelMessage.createMessage<KernelMessage.IStatusMsg>({
      msgType: 'status',
      channel: 'iopub',
      session: 's',
      content: { execution_state: 'idle' }
    }),
    parentId
  );
}

function reply(parentId: string) {
  return received(
    KernelMessage.createMessage<KernelMessage.IExecuteReplyMsg>({
      msgType: 'execute_reply',
      channel: 'shell',
      session: 's',
      content: { status: 'ok', execution_count: 1, user_expressions: {} }
    }),
    parentId
  );
}

function input(parentId: string) {
  return received(
    KernelMessage.createMessage<KernelMessage.IExecuteInputMsg>({
      msgType: 'execute_input',
      channel: 'iopub',
      session: 's',
      content: { code: 'lr = 1', execution_count: 1 }
    }),
    parentId
  );
}

describe('the message log', () => {
  it('sees a cell leave, and end with both its reply and its outputs', () => {
    const log = new MessageLog();
    expect(log.read(request('m1', 'cell1'))).toEqual({
      kind: 'sent',
      messageId: 'm1',
      cellId: 'cell1'
    });
    expect(log.read(input('m1'))).toBeNull();
    expect(log.read(reply('m1'))).toBeNull();
    expect(log.read(idle('m1'))).toEqual({ kind: 'done', messageId: 'm1' });
    expect(log.read(idle('m1'))).toBeNull();
  });

  it('passes over what the user did not execute', () => {
    const log = new MessageLog();
    expect(log.read(request('m1', 'cell1', { silent: true }))).toBeNull();
    expect(
      log.read(request('m2', 'cell1', { store_history: false }))
    ).toBeNull();
    expect(log.read(request('m3', null))).toBeNull();
  });

  it('sees executions that the server sends for this client', () => {
    const log = new MessageLog();
    expect(log.read(input('m9'))).toEqual({
      kind: 'seen',
      messageId: 'm9',
      code: 'lr = 1'
    });
    expect(log.read(idle('m9'))).toEqual({ kind: 'done', messageId: 'm9' });
  });
});
