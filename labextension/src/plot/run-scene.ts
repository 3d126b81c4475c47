/**
 * Scenes whose shapes stand for something that can be pointed at: a run, or a group of
 * them, by its key.
 */
import type { Scene, Shape } from './scene';

export type Place = { readonly x: number; readonly y: number };

export type RunScene = Scene & {
  /** The key of what is meant at a place; null: nothing is near. */
  readonly pick: (x: number, y: number) => string | null;
  /** What brings it out, above everything else. */
  readonly mark: (key: string) => readonly Shape[];
  /** Where it is, so that its words can stand beside it; null: nowhere. */
  readonly find: (key: string) => Place | null;
};
