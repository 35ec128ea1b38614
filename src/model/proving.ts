/** What came of one step: by what earshot saw, or by what the admin said. */
export type Verdict = "yes" | "no" | "unknown";

/** One step of a walk as an admin is led through it. */
export interface ProveQuestion {
  readonly id: string;
  /** What is to be done at the phone before the step is shown there. */
  readonly before?: string;
  /** What is to be done at the phone then. */
  readonly please?: string;
  /** To be answered with yes or no. */
  readonly asks: string;
}

/** A walk under way. */
export interface ProveWalk {
  /** Names it in every order about it. */
  readonly walk: string;
  readonly mac: string;
  readonly vendor: string;
  readonly model: string;
  /** Whose phone it is. */
  readonly owner: string;
  readonly questions: readonly ProveQuestion[];
  /** Steps that cannot be walked on this phone as it is configured, and why. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/** What one step has decided. */
export interface ProvedFact {
  readonly step: string;
  readonly verdict: Exclude<Verdict, "unknown">;
  /** `seen`: by what the phone asked for; `told`: by the admin alone. */
  readonly by: "seen" | "told";
  /** The quirk of the model sheet that it belongs to. */
  readonly quirk: string;
  readonly says: string;
  /** What the model's entry then has, by path, such as `screen.selection`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** What a walk has come to so far. */
export interface Proved {
  readonly vendor: string;
  /** As the configuration has it. */
  readonly model: string;
  /** As the phone names itself in its page requests; undefined before the first, or where it does not say. */
  readonly itself?: { readonly model: string; readonly firmware: string };
  readonly facts: readonly ProvedFact[];
  /** Steps that have decided nothing. */
  readonly open: readonly string[];
}

export type ProveRefusal =
  | "unknown-phone"
  | "no-script"
  | "supervises"
  | "in-call"
  | "no-call"
  | "lamp-in-use"
  | "over"
  | "unknown-step"
  | "record-unavailable";

/** What came of an order about a walk; the sentence is for whoever asked. */
export type Proven<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: ProveRefusal; readonly sentence: string };

/** What came of showing a step. */
export interface ProveShown {
  /** Why nothing was shown now, in words; it can be tried again. */
  readonly waits?: string;
  /** How its push ended, in words; undefined where it has none. */
  readonly pushed?: string;
}

/** Walks through what a make of phone leaves open, on a real phone. `who` stands in the record. */
export interface Proving {
  /** Takes effect once its row is durable; a walk of before on that phone is over. It ends by itself after 15 minutes. */
  begin(who: string, mac: string): Promise<Proven<ProveWalk>>;
  /** Shows on the phone what this step needs. */
  show(walk: string, step: string): Promise<Proven<ProveShown>>;
  answer(walk: string, step: string, said: Verdict): Promise<Proven<Proved>>;
  end(walk: string): Promise<Proven<Proved>>;
}

/** What a phone asked for on a page of a walk. */
export interface ProbeAsked {
  /** What the page called it; empty for the step's first page. */
  readonly word: string;
  /** What stood behind the path, with the `?` or `&` before it, as it came. */
  readonly tail: string;
  /** How the phone names itself. */
  readonly agent: string;
}
