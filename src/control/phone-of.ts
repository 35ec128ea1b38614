import {
  answerStyles,
  choiceWords,
  lampWays,
  type Mac,
  type Parsed,
  type Phone,
  type PhoneBooked,
  type PhonePush,
  type PhoneRefusal,
  type PhoneSite,
  type PhoneWish,
  phoneFaults,
  phoneForms,
  pushOf,
  pushWays,
  shown,
} from "../model/index.js";
import type { Roster } from "./roster.js";

export type PhoneRefused = Extract<PhoneBooked<never>, { ok: false }>;

/** Every value as a text; undefined where nothing is said. */
type Said = Readonly<Record<(typeof fields)[number], string | undefined>>;

const fields = [
  ...["mac", "vendor", "model", "extension", "answer", "lamp", "lampKey", "address"],
  ...["push.by", "push.address", "push.username", "push.password", "push.priority"],
] as const satisfies readonly string[];

const names: Readonly<Record<string, string>> = {
  mac: "MAC address",
  lampKey: "lamp key",
  "push.by": "push",
  "push.address": "push address",
  "push.username": "push user name",
  "push.password": "push password",
  "push.priority": "push priority",
};

const none = "none";
const needed = ["mac", "vendor", "model", "extension"] as const;
const ofBranch =
  "A phone of the database cannot be in a branch office: write it into earshot.yaml, from where the branch has its file.";

/**
 * The phone that a wish makes of what was there before, or all that is wrong with it. Its push is the one that is wanted:
 * see `settled`. Rules are those of the configuration file.
 */
export function phoneOf(
  wish: PhoneWish,
  before: Phone | undefined,
  people: Roster,
  site: PhoneSite,
): Phone | PhoneRefused {
  if (wish.branch !== undefined && wish.branch !== before?.branch) return refusedPhone("not-right", ofBranch);
  const said = saidOf(wish, before, people);
  const missing = needed.filter((key) => said[key] === undefined);
  if (missing.length > 0)
    return refusedPhone("not-right", missing.map((key) => `The ${nameOf(key)} is missing.`).join(" "));
  const wrong: string[] = [];
  const fault = (key: string, words: string): void =>
    void wrong.push(`The ${nameOf(key)} ${words}${words.endsWith("?") ? "" : "."}`);
  const read = <T>(key: keyof Said, parse: (text: string) => Parsed<T>): T | undefined => {
    const text = said[key];
    const parsed = text === undefined ? undefined : parse(text);
    if (parsed?.ok === false) fault(key, parsed.wrong);
    return parsed?.ok ? parsed.value : undefined;
  };
  const mac = read("mac", phoneForms.mac);
  const extension = read("extension", phoneForms.extension);
  const owner = extension && people.byExtension(extension);
  if (extension && !owner) fault("extension", `is ${shown(extension)}, and nobody here has it`);
  const answer = read("answer", oneOf(answerStyles));
  const lamp = read("lamp", oneOf(lampWays));
  const lampKey = read("lampKey", phoneForms.lampKey);
  const address = read("address", phoneForms.address);
  const push = pushWanted(said, read, fault);
  const [vendor = "", model = ""] = [said.vendor, said.model];
  const written = (...path: readonly string[]): string | undefined => saidAt(said, path.join("."));
  const faults = phoneFaults({ text: written, has: (...path) => written(...path) !== undefined }, site);
  for (const { path, words } of faults) fault(path.join("."), words);
  if (wrong.length > 0 || !mac || !owner) return refusedPhone("not-right", wrong.join(" "));
  return {
    ...{ mac, vendor, model, owner: owner.id, answer: answer ?? "ring" },
    ...(address !== undefined && { address }),
    ...(lamp && { lamp }),
    ...(lampKey !== undefined && { lampKey }),
    ...(push && { push }),
    ...(before?.branch && { branch: before.branch }),
  };
}

/** The phone with the way by which documents do reach it. */
export function settled({ push: wanted, ...phone }: Phone, site: PhoneSite): Phone {
  const push = pushOf(wanted, phone.vendor, site);
  return { ...phone, ...(push && { push }) };
}

/** The MAC address that a text means, or a refusal. */
export function macOf(text: string): Mac | PhoneRefused {
  const read = phoneForms.mac(text.trim());
  return read.ok ? read.value : refusedPhone("not-right", `The MAC address ${read.wrong}.`);
}

export function refusedPhone(why: PhoneRefusal, sentence: string): PhoneRefused {
  return { ok: false, why, sentence };
}

function saidOf(wish: PhoneWish, before: Phone | undefined, people: Roster): Said {
  const taken = (wanted: string | undefined, was: string | undefined): string | undefined =>
    wanted === undefined ? was : wanted === none ? undefined : wanted;
  const by = taken(wish.push, before?.push?.by);
  const http = by === "http" && before?.push?.by === "http" ? before.push : undefined;
  return {
    mac: wish.mac ?? before?.mac,
    vendor: wish.vendor ?? before?.vendor,
    model: wish.model ?? before?.model,
    extension: wish.extension ?? (before && people.byId(before.owner))?.extension,
    answer: wish.answer ?? before?.answer,
    lamp: taken(wish.lamp, before?.lamp),
    lampKey: taken(wish.lampKey, before?.lampKey?.toString()),
    address: taken(wish.address, before?.address),
    "push.by": by,
    "push.address": taken(wish.pushAddress, http?.origin),
    "push.username": taken(wish.pushUsername, http?.username),
    "push.password": wish.pushPassword ?? http?.password,
    "push.priority": taken(wish.pushPriority, http?.priority),
  };
}

function pushWanted(
  said: Said,
  read: <T>(key: keyof Said, parse: (text: string) => Parsed<T>) => T | undefined,
  fault: (key: string, words: string) => void,
): PhonePush | undefined {
  const by = read("push.by", oneOf(pushWays));
  if (said["push.by"] === undefined) {
    for (const key of fields) if (key.startsWith("push.") && said[key] !== undefined) fault(key, "is for `http` alone");
  }
  if (by !== "http") return by && { by };
  const origin = read("push.address", phoneForms.origin);
  const username = read("push.username", phoneForms.username);
  const password = read("push.password", secretOnOneLine);
  if (said["push.password"] === undefined) fault("push.password", "is missing: `by: http` needs it");
  const priority = said["push.priority"];
  if (!origin || !username || !password) return undefined;
  return { by, origin, username, password, ...(priority !== undefined && { priority }) };
}

/** It is never part of a sentence. */
function secretOnOneLine(text: string): Parsed<string> {
  if (text !== "" && text.length <= 200 && !/[\u0000-\u001f\u007f]/.test(text)) return { ok: true, value: text };
  return { ok: false, wrong: "must have 1 to 200 characters on one line" };
}

function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Parsed<Word> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value ? { ok: true, value } : { ok: false, wrong: choiceWords(words, text, "") };
  };
}

function saidAt(said: Said, key: string): string | undefined {
  const field = fields.find((one) => one === key);
  return field && said[field];
}

function nameOf(key: string): string {
  return names[key] ?? key;
}
