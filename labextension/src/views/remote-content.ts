/**
 * Takes out of sanitised HTML what would be fetched from elsewhere when it is drawn: a
 * note or an output may be from anyone, and is not to tell that it was looked at.
 */
import type { IRenderMime } from '@jupyterlab/rendermime';

const FETCHED = ['src', 'srcset', 'poster', 'background', 'data', 'lowsrc'];
const LOCAL = /^\s*(data:image\/|blob:|attachment:|#)/i;

/** A sanitizer like `inner`, whose HTML fetches nothing. */
export function withoutRemote(
  inner: IRenderMime.ISanitizer,
  /** What stands for a picture that is elsewhere, by its address. */
  placeholder: (address: string) => string
): IRenderMime.ISanitizer {
  return {
    getAutolink: () => inner.getAutolink?.() ?? true,
    allowNamedProperties: false,
    // A link of theirs is not to run one of JupyterLab's commands.
    allowCommandLinker: false,
    sanitize: (dirty, options) =>
      takeOutRemote(inner.sanitize(dirty, options), placeholder)
  };
}

/** Exported for its spec. */
export function takeOutRemote(
  html: string,
  placeholder: (address: string) => string
): string {
  // In a document of its own nothing is fetched or executed.
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  let isChanged = false;
  for (const element of [...body.querySelectorAll('*')]) {
    const address = addressOf(element);
    if (address !== null) {
      isChanged = true;
      if (element.tagName === 'IMG') {
        const word = element.ownerDocument.createElement('em');
        word.textContent = placeholder(address);
        element.replaceWith(word);
        continue;
      }
      FETCHED.forEach(name => element.removeAttribute(name));
    }
    if (/url\s*\(|image-set|\\/i.test(element.getAttribute('style') ?? '')) {
      isChanged = true;
      element.removeAttribute('style');
    }
    if (element.tagName === 'STYLE' || element.tagName === 'LINK') {
      isChanged = true;
      element.remove();
    }
  }
  return isChanged ? body.innerHTML : html;
}

/** What drawing an element would fetch; null: nothing. */
function addressOf(element: Element): string | null {
  for (const name of FETCHED) {
    const value = element.getAttribute(name);
    if (value !== null && value.trim() !== '' && !LOCAL.test(value)) {
      return value;
    }
  }
  return null;
}
