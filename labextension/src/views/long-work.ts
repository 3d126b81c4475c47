/**
 * Work that goes on when its view is left: what takes longer than a moment stands among
 * JupyterLab's notifications, with its progress and a way to stop it. What is quick is
 * not announced; how it ended is for whoever asked for it to say.
 */
import { Notification } from '@jupyterlab/apputils';

/** So long nothing is said. */
export const PATIENCE_MS = 1000;

export type Work = {
  /** What is being done, in words. */
  readonly message: string;
  /** What stops it; left out where nothing can. */
  readonly stop?: { readonly label: string; readonly act: () => void };
  /** Whether to say so by now: a view may show it itself while it is seen. */
  readonly isWanted?: () => boolean;
};

/** Does it; `tell` takes how much of it is done, from 0 to 1. */
export async function announced<T>(
  { message, stop, isWanted = () => true }: Work,
  work: (tell: (progress: number) => void) => Promise<T>
): Promise<T> {
  let id: string | null = null;
  let isDue = false;
  let progress: number | undefined;
  const show = (): void => {
    if (!isDue || (id === null && !isWanted())) {
      return;
    }
    const options = {
      autoClose: false as const,
      ...(progress === undefined ? {} : { progress }),
      actions:
        stop === undefined ? [] : [{ label: stop.label, callback: stop.act }]
    };
    if (id === null) {
      id = Notification.emit(message, 'in-progress', options);
    } else {
      Notification.update({ id, message, type: 'in-progress', ...options });
    }
  };
  const timer = setTimeout(() => {
    isDue = true;
    show();
  }, PATIENCE_MS);
  try {
    return await work(done => {
      progress = done;
      show();
    });
  } finally {
    clearTimeout(timer);
    if (id !== null) {
      Notification.dismiss(id);
    }
  }
}
