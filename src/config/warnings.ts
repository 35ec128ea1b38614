import type { Config, KnownPhones, Phone } from "../model/index.js";
import type { Finding, Path, Reading } from "./document.js";
import { sentence } from "./issues.js";
import { shown } from "./paths.js";
import { isLoopback } from "./values.js";

/** What is allowed and yet worth knowing before phones depend on it. */
export function warningsOf(config: Config, reading: Reading, known: KnownPhones): readonly Finding[] {
  const warnings: Finding[] = [];
  const add = (path: Path, words: string): void => {
    warnings.push({ ...reading.valueAt(path), path, sentence: sentence(path, words) });
  };
  const { pbx, mqtt, phones, policy, http, teams = [] } = config;

  if (pbx.kind === "asterisk") {
    if (pbx.supervisionEndpoint === undefined && policy.hidden === "allowed") {
      const effect = "a hidden supervision shows on BLF keys of the supervisor as an ordinary call";
      add(["pbx", "supervisionEndpoint"], `is not set: ${effect}`);
    }
    if (pbx.ami === undefined) {
      add(["pbx", "ami"], "is not set: queue pause, take-over and push by NOTIFY are missing");
    }
    if (isOpenHttp(pbx.ari.url))
      add(["pbx", "ari", "url"], "is not https: the password of the PBX can be read on the way");
  }
  if (policy.hidden === "allowed" && policy.pin === undefined) {
    add(
      ["policy", "pin"],
      "is `off`: whoever sits down at a supervisor's phone can listen without the agent being told",
    );
  }
  for (const [index, { hidden, tone }] of teams.entries()) {
    if ((tone?.agent || tone?.customer) && policy.hidden === "allowed" && hidden !== "forbidden") {
      add(
        ["teams", index, "tone"],
        "is never heard because of a hidden supervision, and Hidden is allowed on calls of this team",
      );
    }
  }
  if (isOpenHttp(http.publicUrl)) {
    add(["http", "publicUrl"], "is not https: pages and the keys in their addresses can be read on the way");
  }
  if (mqtt.kind === "external" && isOpenBroker(mqtt.url)) {
    add(["mqtt", "url"], "is not encrypted: names, lamps and the password can be read on the way");
  }
  for (const [index, { url }] of (config.branches ?? []).entries()) {
    if (isOpenBroker(url))
      add(["branches", index, "url"], "is not encrypted: names, lamps and the password can be read on the way");
  }
  for (const [index, phone] of phones.entries()) {
    for (const [key, words] of phoneWarnings(config, phone, known)) add(["phones", index, ...key], words);
  }
  const auto = phones.flatMap((phone, index) => (phone.answer === "auto" ? [{ phone, index }] : []));
  const first = auto[0];
  if (first !== undefined) {
    const others = auto.length > 1 ? ` (and ${auto.length - 1} more like it)` : "";
    const words = `is \`auto\` for ${shown(first.phone.mac)}${others}: right only where a headset is always worn, as the call is otherwise heard in the room`;
    add(["phones", first.index, "answer"], words);
  }
  return warnings;
}

/** What a model cannot do, by the key of the phone that it is about. */
function phoneWarnings(
  { policy, people }: Config,
  { vendor, model, owner, lampKey, push }: Phone,
  known: KnownPhones,
): readonly (readonly [key: Path, words: string])[] {
  const make = Object.hasOwn(known, vendor) ? known[vendor] : undefined;
  const facts = make?.models[model];
  if (!make || !facts) return [];
  const supervises = people.find(({ id }) => id === owner)?.role !== "agent";
  const forbidden = supervises && policy.digits !== "allowed" ? "; digits need `policy.digits: allowed`" : "";
  const found: (readonly [Path, string])[] = [];
  if (facts.pages === "no") {
    const words = `is ${shown(model)}, for which no browser is proven: it gets notices, lamps and digits as keys, and no pages`;
    found.push([["model"], `${words}${forbidden}`]);
  } else if (facts.pages === "uncertain") {
    const words = `is ${shown(model)}, whose browser nobody has proven: try its pages before you count on them`;
    found.push([["model"], words]);
  }
  if (policy.pin && supervises && facts.pages !== "no" && facts.secretInput !== "yes") {
    const words = facts.secretInput === "no" ? "which shows" : "which nobody has proven not to show";
    found.push([["model"], `is ${shown(model)}, ${words} the PIN on its screen while it is typed`]);
  }
  if (lampKey !== undefined && !make.lampKeys) {
    const words = `does nothing: lamps of ${shown(vendor)} phones come from the PBX, by a BLF key`;
    found.push([["lampKey"], words]);
  }
  if (push?.by === "http" && push.priority === "critical") {
    found.push([["push", "priority"], "is `critical`: whatever is pushed covers the call screen and takes its keys"]);
  }
  return found;
}

function isOpenHttp(text: string): boolean {
  const url = new URL(text);
  return url.protocol === "http:" && !isLoopback(url.hostname);
}

function isOpenBroker(text: string): boolean {
  const url = new URL(text);
  return (url.protocol === "mqtt:" || url.protocol === "ws:") && !isLoopback(url.hostname);
}
