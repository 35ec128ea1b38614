declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A configured person: `[A-Za-z0-9_-]{1,64}`, by default the extension. Used as it is in MQTT topics. */
export type PersonId = Branded<"PersonId">;
/** The digits (or name) a person is dialled by at the PBX. */
export type Extension = Branded<"Extension">;
/** A phone's MAC address: 12 lower-case hexadecimal digits. */
export type Mac = Branded<"Mac">;
/** One conversation at the PBX; opaque, made by the PBX adapter, `[A-Za-z0-9_.-]{1,80}`. */
export type CallId = Branded<"CallId">;
/** One party's channel at the PBX; opaque, made by the PBX adapter. */
export type LegId = Branded<"LegId">;
/** One supervisor attached to one agent's leg; opaque and random, so it tells a reader of PBX channels nothing. */
export type SupervisionId = Branded<"SupervisionId">;
/** The bearer key in a phone's URLs: at most 26 characters, at least 128 bits. Never logged. */
export type Token = Branded<"Token">;

function parser<T extends string>(shape: RegExp): (text: string) => T | undefined {
  return (text) => (shape.test(text) ? (text as T) : undefined);
}

/** The id when `text` has the shape of one, else undefined. */
export const parsePersonId = parser<PersonId>(/^[A-Za-z0-9_-]{1,64}$/);
/** The extension when `text` has the shape of one (`[A-Za-z0-9_*#+-]{1,40}`), else undefined. */
export const parseExtension = parser<Extension>(/^[A-Za-z0-9_*#+-]{1,40}$/);
/** The call id when `text` has the shape of one, else undefined. */
export const parseCallId = parser<CallId>(/^[A-Za-z0-9_.-]{1,80}$/);
/** The leg id when `text` has the shape of one, else undefined. */
export const parseLegId = parser<LegId>(/^[A-Za-z0-9_.-]{1,80}$/);
/** The supervision id when `text` has the shape of one, else undefined. */
export const parseSupervisionId = parser<SupervisionId>(/^[a-z0-9]{16,40}$/);
/** The token when `text` has the shape of one (22 to 26 URL-safe characters), else undefined. */
export const parseToken = parser<Token>(/^[A-Za-z0-9_-]{22,26}$/);

/** The MAC of `805ec0aabbcc`, `80:5E:C0:AA:BB:CC` or `80-5e-c0-aa-bb-cc`, else undefined. */
export function parseMac(text: string): Mac | undefined {
  const bare = text
    .toLowerCase()
    .replace(/^([0-9a-f]{2})([:-])(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}$/, (all) => all.replace(/[:-]/g, ""));
  return /^[0-9a-f]{12}$/.test(bare) ? (bare as Mac) : undefined;
}
