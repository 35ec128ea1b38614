import { devicesOf, names, pjsipName } from "../setup/needs.js";
import type { CheckedLine } from "./access-lines.js";
import type { Hint } from "./ami-facts.js";
import type { Checked } from "./facts.js";
import { type Finding, fail, judged, listed, note, ok, unseen } from "./finding.js";

/** The names of all supervision accounts. */
export function accountsOf({ config, people }: Checked): readonly string[] {
  return people.flatMap((person) => pjsipName(devicesOf(config, person).second ?? "") ?? []);
}

/** The supervision accounts: each line of their template as it is in force on every one, and who watches them. */
export function accountLines(accounts: readonly string[], { password }: Checked): readonly CheckedLine[] {
  const template = `pjsip.conf [${names.supervision}]`;
  const onEach = (key: string, good: (value: string) => boolean, words: string, bad: (where: string) => Finding) => ({
    name: `${template} ${key}`,
    judge: ({ endpoints }: Parameters<CheckedLine["judge"]>[0]) =>
      judged(endpoints, (all) => {
        const there = accounts.filter((name) => all.has(name));
        if (there.length === 0) return unseen("there is no supervision account");
        const wrong = there.filter((name) => !good(all.get(name)?.get(key) ?? ""));
        return wrong.length === 0 ? ok(`in force: ${words}`) : bad(listed(wrong));
      }),
  });
  const no = (value: string) => value === "false";
  return [
    {
      name: "pjsip.conf supervision accounts",
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          const missing = accounts.filter((name) => !all.has(name));
          if (missing.length === 0) return ok(`all ${accounts.length} are there`);
          return fail(`the PBX has no ${listed(missing)}: their owners cannot be rung`);
        }),
    },
    onEach("allow_transfer", no, "no", (where) =>
      fail(`is yes on ${where}: such a phone may try to put somebody else into the supervisor's place`),
    ),
    onEach("direct_media", no, "no", (where) => fail(`is yes on ${where}: its audio would go past the PBX`)),
    onEach(
      "context",
      (value) => value === names.nowhere,
      names.nowhere,
      (where) => note(`is another on ${where}: calls can be made from it`),
    ),
    onEach("allow_subscribe", no, "no", (where) => note(`is yes on ${where}: it may watch others`)),
    onEach(
      "allow",
      (value) => !/^\(?(?:nothing)?\)?$/.test(value),
      "there are codecs",
      (where) => fail(`names no codec on ${where}: it cannot be rung`),
    ),
    {
      name: "pjsip.conf supervision accounts auth",
      judge: ({ endpoints, auths }) =>
        judged(endpoints, (all) => {
          const open = accounts.filter((name) => all.has(name) && (all.get(name)?.get("auth") ?? "") === "");
          if (open.length > 0)
            return fail(
              `is not set on ${listed(open)}: anybody can register there and be rung in the supervisor's place`,
            );
          if (password === undefined) return unseen("the data folder holds no secret.key that could be read");
          const other = accounts.filter(
            (name) => auths.has(name) && auths.get(name)?.get("password") !== password(name),
          );
          if (other.length > 0) return note(`${listed(other)}: another password than the one that earshot has written`);
          const hidden = accounts.filter((name) => !auths.has(name));
          return hidden.length > 0
            ? unseen(`no auth section is called ${listed(hidden)}`)
            : ok("in force: the passwords are those that earshot has written");
        }),
    },
    {
      name: "pjsip.conf supervision accounts max_contacts",
      judge: ({ aors, version }) =>
        judged(version, () => {
          const closed = accounts.filter((name) => (aors.get(name)?.get("max_contacts") ?? "0") === "0");
          return closed.length === 0
            ? ok("in force: phones may register")
            : fail(`no phone can register at ${listed(closed)}`);
        }),
    },
    {
      name: "extensions.conf hints of supervision accounts",
      judge: ({ ami }) =>
        judged(ami, ({ hints, watched }) => judged(hints, (all) => watchersLine(accounts, all, watched))),
    },
  ];
}

/** By a hint of its own, or by one of a pattern, which is no hint yet: Asterisk makes it when a key asks for it. */
function watchersLine(
  accounts: readonly string[],
  hints: readonly Hint[],
  watched: ReadonlyMap<string, string>,
): Finding {
  const own = new Set(accounts.map((name) => `PJSIP/${name}`.toLowerCase()));
  const watches = (devices: string) =>
    devices
      .toLowerCase()
      .split(/[&,]/)
      .some((one) => own.has(one.trim()));
  const patterns = [...watched].map(([at, devices]) => ({
    at,
    devices: devices.replaceAll(/\$\{EXTEN\}/gi, at.replace(/@.*$/, "")),
  }));
  const all = [...hints.map(({ exten, context, devices }) => ({ at: `${exten}@${context}`, devices })), ...patterns];
  const found = new Map(all.filter(({ devices }) => watches(devices)).map(({ at, devices }) => [at, devices]));
  if (found.size === 0) return ok("in force: no hint watches one");
  const named = [...found].map(([at, devices]) => `${at} (${devices})`);
  return fail(`watched by ${listed(named)}: a BLF key shows that a supervision begins, a hidden one too`);
}
