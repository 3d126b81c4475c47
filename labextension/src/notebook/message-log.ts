/**
 * Reads a kernel's messages: which cell a request executes, and when it is done.
 */
import type { Kernel, KernelMessage } from '@jupyterlab/services';

export type Executed =
  | {
      readonly kind: 'sent';
      readonly messageId: string;
      readonly cellId: string;
    }
  /** Sent by someone else (another client, or the server for this one). */
  | { readonly kind: 'seen'; readonly messageId: string; readonly code: string }
  | { readonly kind: 'done'; readonly messageId: string };

/** What a message says of executions; null: nothing. */
export class MessageLog {
  read({ msg, direction }: Kernel.IAnyMessageArgs): Executed | null {
    if (direction === 'send') {
      return this.readSent(msg);
    }
    const messageId = parentId(msg);
    if (messageId === null) {
      return null;
    }
    const type: string = msg.header.msg_type;
    if (type === 'execute_input') {
      return this.open.has(messageId) ? null : this.readSeen(messageId, msg);
    }
    if (type === 'execute_reply') {
      return this.settle(messageId, 'reply');
    }
    return type === 'status' && isIdle(msg)
      ? this.settle(messageId, 'idle')
      : null;
  }

  private readSent(msg: KernelMessage.IMessage): Executed | null {
    if (!isExecuteRequest(msg)) {
      return null;
    }
    const { silent, store_history } = msg.content;
    if (silent === true || store_history === false) {
      return null;
    }
    const cellId = msg.metadata['cellId'];
    if (typeof cellId !== 'string') {
      return null;
    }
    this.open.set(msg.header.msg_id, new Set());
    return { kind: 'sent', messageId: msg.header.msg_id, cellId };
  }

  private readSeen(
    messageId: string,
    msg: KernelMessage.IMessage
  ): Executed | null {
    const code = 'code' in msg.content ? msg.content.code : null;
    if (typeof code !== 'string') {
      return null;
    }
    // Its reply goes to who asked; here it is done when the kernel is idle again.
    this.open.set(messageId, new Set(['reply']));
    return { kind: 'seen', messageId, code };
  }

  /** A reply alone is not the end: the outputs come by another way. */
  private settle(messageId: string, half: 'reply' | 'idle'): Executed | null {
    const halves = this.open.get(messageId);
    if (halves === undefined) {
      return null;
    }
    halves.add(half);
    if (halves.size < 2) {
      return null;
    }
    this.open.delete(messageId);
    return { kind: 'done', messageId };
  }

  private readonly open = new Map<string, Set<'reply' | 'idle'>>();
}

function isIdle(msg: KernelMessage.IMessage): boolean {
  return (
    'execution_state' in msg.content && msg.content.execution_state === 'idle'
  );
}

function isExecuteRequest(
  msg: KernelMessage.IMessage
): msg is KernelMessage.IExecuteRequestMsg {
  return msg.channel === 'shell' && msg.header.msg_type === 'execute_request';
}

function parentId(msg: KernelMessage.IMessage): string | null {
  const parent = msg.parent_header;
  return 'msg_id' in parent && typeof parent.msg_id === 'string'
    ? parent.msg_id
    : null;
}
