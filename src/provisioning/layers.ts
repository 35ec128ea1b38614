import type { ProvisioningMode } from "../model/index.js";

/** From the farthest to the nearest: of two that set the same key, the nearer one counts. The last stands alone. */
export const layerNames = ["base", "site", "model", "role", "phone", "first-contact"] as const;
export type LayerName = (typeof layerNames)[number];

/** What can be asked of a phone before a group of keys is set. */
export const flags = [
  "pages",
  "no-pages",
  "auto",
  "ring",
  "push-notify",
  "push-http",
  "push-plain",
  "push-secure",
  "second-account",
  "lamp-key",
  "line-keys",
  "no-line-keys",
  "served",
] as const;
export type Flag = (typeof flags)[number];

/** Where something stands in a data file. */
export interface At {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface GroupKey extends At {
  /** May hold `{facts}`, as the value may. */
  readonly key: string;
  readonly value: string;
}

/** Keys that are set together or not at all. */
export interface Group extends At {
  readonly about: string;
  /** Undefined: in both. */
  readonly mode?: ProvisioningMode;
  readonly when: readonly Flag[];
  /** Without it the phone gets no file. */
  readonly needed: boolean;
  readonly set: readonly GroupKey[];
  /** Keys that farther layers set and that are not wanted here. */
  readonly without: readonly GroupKey[];
}

/** A number that a key is given, such as that of a line key. */
export interface Place {
  readonly overlay?: string;
  readonly full?: string;
  /** The fact that decides where it is known. */
  readonly as?: string;
}

/** One layer as it applies to one phone. */
export interface Layer {
  readonly name: LayerName;
  readonly places: ReadonlyMap<string, Place>;
  readonly groups: readonly Group[];
}

/** What a model has room for, by name. */
export type Limits = ReadonlyMap<string, number>;

/** A file that a phone is given: its keys, or a list of the files that have them. */
export interface FileForm {
  /** May hold `{mac}` and `{model}`. */
  readonly name: string;
  readonly holds: "keys" | "list";
  readonly format: string;
}

/** Everything that is written about one make of phone. */
export interface Make {
  readonly vendor: string;
  readonly files: Readonly<Record<ProvisioningMode, readonly FileForm[]>>;
  /** By table, then by the value of the fact that has the table's name. */
  readonly words: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, string>>>;
  readonly recipes: ReadonlyMap<string, string>;
  readonly keys: readonly ListedKey[];
  /** From the farthest to the nearest, as they apply to a phone. */
  layers(phone: {
    readonly mac: string;
    readonly model: string;
    readonly role: "supervisor" | "agent";
  }): readonly Layer[];
  limits(model: string): Limits;
  /** What a phone is told before it knows the site's CA, and nothing else then; undefined where a make cannot be told. */
  readonly firstContact?: { readonly files: readonly FileForm[]; readonly layer: Layer };
}

/** One key that earshot may write, from the make's key list. */
export interface ListedKey {
  /** `N` stands for a number. */
  readonly key: string;
  /** The limit of a model that the first number must not exceed. */
  readonly room?: string;
  readonly values?: readonly string[];
  readonly number?: readonly [least: number, most: number];
  /** Characters at most. */
  readonly most?: number;
  readonly source: string;
  readonly since: string;
  readonly until: string;
  readonly secret: boolean;
}
