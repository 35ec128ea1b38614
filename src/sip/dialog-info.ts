import { SaxesParser, type SaxesTagNS } from "saxes";
import type { LampShown } from "../model/index.js";

/** One dialog of a document (RFC 4235 section 4.1). */
export interface DialogShown {
  readonly id: string;
  /** Undefined once it is over. */
  readonly shown: Exclude<LampShown, "idle"> | undefined;
}

/** A dialog-info document, reduced to what a lamp is made of. */
export interface DialogInfo {
  readonly version: number;
  /** Whole, or only the dialogs that have changed. */
  readonly full: boolean;
  /** Whose dialogs these are: the user part of the entity. */
  readonly user: string;
  readonly dialogs: readonly DialogShown[];
}

const namespace = "urn:ietf:params:xml:ns:dialog-info";
const LONGEST = 65_536;
const DEEPEST = 12;
const MOST_DIALOGS = 100;
const LONGEST_ID = 256;

/** Thrown inside the parser alone: the document is not one we read. */
class Unreadable extends Error {}

interface Reading {
  root: Omit<DialogInfo, "dialogs"> | undefined;
  readonly dialogs: Map<string, DialogShown>;
  /** The dialog that is being read. */
  open: { readonly id: string; state: string; holding: boolean } | undefined;
  readonly path: string[];
}

/**
 * The document in a body of `application/dialog-info+xml`; undefined where it is malformed, too large, too deep, declares
 * entities, or says something that no such document can say.
 */
export function parseDialogInfo(text: string): DialogInfo | undefined {
  if (text.length > LONGEST) return undefined;
  const reading: Reading = { root: undefined, dialogs: new Map(), open: undefined, path: [] };
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Unreadable("a document type");
  });
  parser.on("opentag", (tag) => opened(reading, tag));
  parser.on("text", (words) => {
    if (reading.open && reading.path.at(-1) === "state") reading.open.state += words.slice(0, LONGEST_ID);
  });
  parser.on("closetag", () => closed(reading));
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return reading.root && { ...reading.root, dialogs: [...reading.dialogs.values()] };
}

function opened(reading: Reading, tag: SaxesTagNS): void {
  const { path } = reading;
  if (path.length >= DEEPEST) throw new Unreadable("too deep");
  const of = (name: string): string => tag.attributes[name]?.value ?? "";
  const name = tag.uri === namespace ? tag.local : "";
  if (path.length === 0) reading.root = rootOf(name, of);
  if (name === "dialog" && path.length === 1) {
    const id = of("id");
    if (id === "" || id.length > LONGEST_ID || reading.dialogs.size >= MOST_DIALOGS) throw new Unreadable("a dialog");
    reading.open = { id, state: "", holding: false };
  }
  // What a phone that holds says of its own side (RFC 4235 section 4.1.4).
  const rendering = name === "param" && path[2] === "local" && of("pname") === "+sip.rendering";
  if (reading.open && rendering && of("pvalue") === "no") reading.open.holding = true;
  path.push(name);
}

function rootOf(name: string, of: (attribute: string) => string): NonNullable<Reading["root"]> {
  const [version, state] = [of("version"), of("state")];
  const user = userOf(of("entity"));
  if (name !== "dialog-info" || !/^\d{1,10}$/.test(version) || (state !== "full" && state !== "partial"))
    throw new Unreadable("another document");
  if (user === undefined) throw new Unreadable("nobody's");
  return { version: Number(version), full: state === "full", user };
}

/** The user of a SIP address; undefined where it names none. */
function userOf(entity: string): string | undefined {
  const user = /^sips?:([^@;?]{1,120})@/.exec(entity)?.[1];
  if (user === undefined) return undefined;
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}

function closed(reading: Reading): void {
  const { path, open } = reading;
  path.pop();
  if (!open || path.length !== 1) return;
  reading.open = undefined;
  const shown = shownBy(open.state.trim(), open.holding);
  if (shown === "unknown") throw new Unreadable("a state");
  reading.dialogs.set(open.id, { id: open.id, shown });
}

function shownBy(state: string, holding: boolean): DialogShown["shown"] | "unknown" {
  switch (state) {
    case "trying":
    case "proceeding":
    case "early":
      return "ringing";
    case "confirmed":
      return holding ? "held" : "talking";
    case "terminated":
      return undefined;
    default:
      return "unknown";
  }
}
