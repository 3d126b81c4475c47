/**
 * What a panel is given, of whichever kind.
 */
import type { ChartSubject } from '../contract';
import type { Panel, PanelKind, PanelOf } from './panels';

export type PanelProps<K extends PanelKind> = {
  readonly panel: PanelOf<K>;
  readonly onChange: (panel: Panel) => void;
  readonly title: string;
  /** What moves, enlarges and removes it. */
  readonly actions: React.ReactNode;
  readonly height: number;
  /** The page's runs, and what they can be charted by. */
  readonly subject: ChartSubject;
  /** The runs that are switched off. */
  readonly hidden: ReadonlySet<string>;
  /** Switches all runs but these off. */
  readonly onKeep: (runIds: readonly string[]) => void;
  /** Whether anybody sees it: what is out of sight reads and draws nothing. */
  readonly active: boolean;
};
