export interface Item {
  readonly prompt: string;
  readonly uri: string;
  readonly selection: string | undefined;
}

export interface SoftKey {
  readonly index: number;
  readonly label: string;
  readonly uri: string;
}

/** A TextMenu or a TextScreen as the drawn phone shows it. */
export interface YealinkDocument {
  readonly kind: "menu" | "screen";
  readonly title: string;
  readonly items: readonly Item[];
  readonly text: string;
  /** By index. */
  readonly keys: readonly SoftKey[];
  readonly cancelAction: string | undefined;
  readonly doneAction: string | undefined;
  /** Counted from 1. */
  readonly defaultIndex: number;
  /** Seconds after which the page closes by itself; 0 is never. */
  readonly timeout: number;
}

/** What a phone takes at most. */
export interface Limits {
  readonly bytes: number;
  readonly items: number;
  readonly softKeys: number;
  readonly labelColumns: number;
  readonly urlLength: number;
}
