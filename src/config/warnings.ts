import type { Config } from "../model/index.js";
import type { Finding, Path, Reading } from "./document.js";
import { sentence } from "./issues.js";
import { shown } from "./paths.js";
import { isLoopback } from "./values.js";

/** What is allowed and yet worth knowing before phones depend on it. */
export function warningsOf(config: Config, reading: Reading): readonly Finding[] {
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
  const auto = phones.flatMap((phone, index) => (phone.answer === "auto" ? [{ phone, index }] : []));
  const first = auto[0];
  if (first !== undefined) {
    const others = auto.length > 1 ? ` (and ${auto.length - 1} more like it)` : "";
    const words = `is \`auto\` for ${shown(first.phone.mac)}${others}: right only where a headset is always worn, as the call is otherwise heard in the room`;
    add(["phones", first.index, "answer"], words);
  }
  return warnings;
}

function isOpenHttp(text: string): boolean {
  const url = new URL(text);
  return url.protocol === "http:" && !isLoopback(url.hostname);
}

function isOpenBroker(text: string): boolean {
  const url = new URL(text);
  return (url.protocol === "mqtt:" || url.protocol === "ws:") && !isLoopback(url.hostname);
}
