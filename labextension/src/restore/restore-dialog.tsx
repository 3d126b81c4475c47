/**
 * JupyterLab's dialog around the form: its button says the consequence.
 */
import { Dialog, ReactWidget } from '@jupyterlab/apputils';

import { ErrorBoundary } from '../error-boundary';
import { ViewProvider } from '../views/context';
import type { ViewServices } from '../views/context';
import type { Choice, Facts } from './choice';
import { RestoreForm } from './restore-form';
import type { Way } from './ways';

export type Question = {
  readonly runId: string;
  readonly which: string;
  readonly way: Way;
  readonly load: (which: string, open: boolean) => Promise<Facts>;
};

class FormBody
  extends ReactWidget
  implements Dialog.IBodyWidget<Choice | null>
{
  constructor(
    private readonly services: ViewServices,
    private readonly question: Question
  ) {
    super();
    this.addClass('jp-trackbook');
  }

  /** Hears what the button is to say, and whether it can be pressed. */
  onLabel: (label: string, enabled: boolean) => void = () => undefined;

  getValue(): Choice | null {
    return this.choice;
  }

  protected override render(): JSX.Element {
    const { services, question } = this;
    const { trans } = services;
    return (
      <ViewProvider services={services}>
        <ErrorBoundary trans={trans} what={trans.__('The dialog')}>
          <RestoreForm {...question} onChoice={this.onChoice} />
        </ErrorBoundary>
      </ViewProvider>
    );
  }

  private readonly onChoice = (choice: Choice | null, label: string): void => {
    this.choice = choice;
    this.onLabel(label, choice !== null);
  };

  private choice: Choice | null = null;
}

/**
 * JupyterLab's dialog takes Enter and the arrows for its own buttons, also where they
 * were meant for a control of the body, and Tab where its last button can't take it.
 */
class RestoreDialog extends Dialog<Choice | null> {
  constructor(
    private readonly form: FormBody,
    options: Partial<Dialog.IOptions<Choice | null>>
  ) {
    super({ ...options, body: form });
    this.addClass('jp-trackbook-restore-dialog');
    form.onLabel = (label, enabled) => {
      this.isReady = enabled;
      const button = this.acceptButton();
      if (button !== null) {
        button.disabled = !enabled;
        button.title = label;
        const text = button.querySelector('.jp-Dialog-buttonLabel');
        (text ?? button).textContent = label;
        button.setAttribute('aria-label', label);
      }
    };
  }

  override handleEvent(event: Event): void {
    const { target } = event;
    if (event.type === 'input') {
      // JupyterLab would enable the button; here it is the form that says so.
      return;
    }
    const isInForm =
      target instanceof HTMLElement && this.form.node.contains(target);
    if (
      event instanceof KeyboardEvent &&
      event.type === 'keydown' &&
      isInForm
    ) {
      const isControl =
        target instanceof HTMLButtonElement || target.tabIndex >= 0;
      const isOwn =
        event.key === 'Escape' ||
        (event.key === 'Enter' && target instanceof HTMLInputElement);
      if (isControl && !isOwn) {
        return;
      }
    }
    super.handleEvent(event);
  }

  override resolve(index?: number): void {
    // The second button, or Enter.
    if (index !== 0 && !this.isReady) {
      return;
    }
    super.resolve(index);
  }

  private acceptButton(): HTMLButtonElement | null {
    return this.node.querySelector<HTMLButtonElement>(
      'button.jp-Dialog-button.jp-mod-accept'
    );
  }

  private isReady = false;
}

/** Asks how to restore; null where it was cancelled. */
export async function askHow(
  services: ViewServices,
  question: Question
): Promise<Choice | null> {
  const { trans } = services;
  const form = new FormBody(services, question);
  const dialog = new RestoreDialog(form, {
    title: '',
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Restore') })
    ],
    defaultButton: 1,
    focusNodeSelector: 'input:checked'
  });
  dialog.node.setAttribute('aria-label', trans.__('Restore a notebook'));
  const { button, value } = await dialog.launch();
  return button.accept ? (value ?? null) : null;
}
