/**
 * The only door to CodeMirror's merge view, which is a chunk of its own: two texts
 * side by side or as one, read-only, in JupyterLab's editor theme.
 */
import { syntaxHighlighting } from '@codemirror/language';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, highlightSpecialChars } from '@codemirror/view';
import { jupyterHighlightStyle, jupyterTheme } from '@jupyterlab/codemirror';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';

import { wordChanges } from './word-changes';

export type MergeOptions = {
  readonly host: HTMLElement;
  readonly before: string;
  readonly after: string;
  readonly labels: { readonly before: string; readonly after: string };
  readonly inline: boolean;
  readonly language: Extension;
};

/** Unchanged lines beyond these around a change are folded away. */
const COLLAPSE = { margin: 3, minSize: 6 };

/** Draws the two sources into `host`; returns what takes them away again. */
export function drawMerge(options: MergeOptions): () => void {
  const { host, before, after, labels, inline, language } = options;
  const extensions = (label: string): Extension[] => [
    jupyterTheme,
    syntaxHighlighting(jupyterHighlightStyle),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    // Marks that turn the order of the text around, and the like, are to be seen.
    highlightSpecialChars(),
    // Not editable, it takes no focus by itself; a keyboard must reach it to scroll.
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    language
  ];
  if (inline) {
    const view = new EditorView({
      parent: host,
      doc: after,
      extensions: [
        ...extensions(labels.after),
        unifiedMergeView({
          original: before,
          mergeControls: false,
          gutter: false,
          diffConfig: { override: wordChanges },
          collapseUnchanged: COLLAPSE
        })
      ]
    });
    return () => view.destroy();
  }
  const view = new MergeView({
    parent: host,
    a: { doc: before, extensions: extensions(labels.before) },
    b: { doc: after, extensions: extensions(labels.after) },
    gutter: false,
    diffConfig: { override: wordChanges },
    collapseUnchanged: COLLAPSE
  });
  return () => view.destroy();
}

/** A language as JupyterLab's editors read it; nothing where it is not there. */
export async function languageSupport(
  languages: IEditorLanguageRegistry | null,
  name: string
): Promise<Extension> {
  const language = name === '' ? null : await languages?.getLanguage(name);
  return language?.support ?? [];
}
