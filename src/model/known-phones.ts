import type { PhonePush } from "./people.js";

/** What the configuration has to know of a model of phone. */
export interface ModelFacts {
  /** Whether it has a browser for pages: `uncertain` where nobody has proven it, `no` where none can be counted on. */
  readonly pages: "yes" | "uncertain" | "no";
  /** Whether a PIN is hidden on its screen while it is typed. */
  readonly secretInput: "yes" | "uncertain" | "no";
  /** Line keys, those on further pages of the screen too; undefined where none can be lit by a push. */
  readonly lineKeys?: number;
}

/** What the configuration has to know of a make of phone. */
export interface MakeFacts {
  readonly models: Readonly<Record<string, ModelFacts>>;
  /** The ways that its documents can be pushed; none where nothing can be. */
  readonly ways: readonly PhonePush["by"][];
  /** Of a push; empty where it has none. */
  readonly priorities: readonly string[];
  /** Whether the light of a line key can be pushed; else its lamps come from the PBX (BLF). */
  readonly lampKeys: boolean;
}

/** The phones that earshot knows, by the name of their make. */
export type KnownPhones = Readonly<Record<string, MakeFacts>>;
