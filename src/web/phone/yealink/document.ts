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

/** A field of an InputScreen. */
export interface Field {
  /** `string`, `number`, `IP` or `empty`. */
  readonly type: string;
  /** What is typed is not shown. */
  readonly password: boolean;
  readonly editable: boolean;
  readonly prompt: string;
  readonly parameter: string;
  /** What stands in it at first. */
  readonly value: string;
}

/** A TextMenu, a TextScreen or an InputScreen as the drawn phone shows it. */
export interface YealinkDocument {
  readonly kind: "menu" | "screen" | "input";
  readonly title: string;
  readonly items: readonly Item[];
  readonly text: string;
  /** By index. */
  readonly keys: readonly SoftKey[];
  readonly cancelAction: string | undefined;
  readonly doneAction: string | undefined;
  /** Of an InputScreen: where what was typed goes. */
  readonly url: string | undefined;
  readonly fields: readonly Field[];
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
