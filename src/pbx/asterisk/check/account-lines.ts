import { devicesOf, names, pjsipName } from "../setup/needs.js";
import type { CheckedLine } from "./access-lines.js";
import type { Hint } from "./ami-facts.js";
import type { Checked, Settings } from "./facts.js";
import { type Finding, fail, judged, listed, note, ok, unseen } from "./finding.js";

/** The names of all supervision accounts. */
export function accountsOf({ config, people }: Checked): readonly string[] {
  return people.flatMap((person) => pjsipName(devicesOf(config, person).second ?? "") ?? []);
}

/** The supervision accounts: each setting as it is in force on every one of them, and who watches them. */
export function accountLines(accounts: readonly string[], checked: Checked): readonly CheckedLine[] {
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
    ...templateLines(accounts),
    ...objectLines(accounts, checked),
    {
      name: "extensions.conf hints of supervision accounts",
      judge: ({ ami }) =>
        judged(ami, ({ hints, watched }) => judged(hints, (all) => watchersLine(accounts, all, watched))),
    },
  ];
}

/** What a setting must be on every one of several objects of the PBX. */
interface Rule {
  readonly key: string;
  good(value: string, account: string): boolean;
  readonly words: string;
  bad(where: string): Finding;
}

/** Judges a setting of those objects that are there. */
function onEach(
  accounts: readonly string[],
  objects: ReadonlyMap<string, Settings>,
  kind: string,
  rule: Rule,
): Finding {
  const there = accounts.filter((name) => objects.has(name));
  if (there.length === 0) return unseen(`there is no ${kind} of a supervision account`);
  const wrong = there.filter((name) => !rule.good(objects.get(name)?.get(rule.key) ?? "", name));
  return wrong.length === 0 ? ok(`in force: ${rule.words}`) : rule.bad(listed(wrong));
}

const no = (value: string): boolean => value === "false";

const templateRules: readonly Rule[] = [
  {
    key: "allow_transfer",
    good: no,
    words: "no",
    bad: (where) => fail(`is yes on ${where}: such a phone may try to put somebody else into the supervisor's place`),
  },
  {
    key: "direct_media",
    good: no,
    words: "no",
    bad: (where) => fail(`is yes on ${where}: its audio would go past the PBX`),
  },
  {
    key: "context",
    good: (value) => value === names.nowhere,
    words: names.nowhere,
    bad: (where) => note(`is another on ${where}: calls can be made from it`),
  },
  {
    key: "dtmf_mode",
    good: (value) => value === "rfc4733",
    words: "rfc4733",
    bad: (where) => note(`is another on ${where}: digits may be in the sound, for everybody who hears the supervisor`),
  },
  { key: "allow_subscribe", good: no, words: "no", bad: (where) => note(`is yes on ${where}: it may watch others`) },
  {
    key: "allow",
    good: (value) => !/^\(?(?:nothing)?\)?$/.test(value),
    words: "there are codecs",
    bad: (where) => fail(`names no codec on ${where}: it cannot be rung`),
  },
];

/** What all supervision accounts have from their template. */
function templateLines(accounts: readonly string[]): readonly CheckedLine[] {
  const template = `pjsip.conf [${names.supervision}]`;
  return [
    {
      name: `${template} type`,
      judge: ({ endpoints }) =>
        judged(endpoints, (all) =>
          accounts.some((name) => all.has(name))
            ? ok("in force: they are endpoints")
            : unseen("there is no endpoint of a supervision account"),
        ),
    },
    ...templateRules.map((rule): CheckedLine => {
      const judge: CheckedLine["judge"] = ({ endpoints }) =>
        judged(endpoints, (all) => onEach(accounts, all, "endpoint", rule));
      return { name: `${template} ${rule.key}`, judge };
    }),
    {
      name: `${template} disallow`,
      judge: ({ endpoints }) =>
        judged(endpoints, (all) => {
          const codecs = new Set(accounts.flatMap((name) => all.get(name)?.get("allow") ?? []));
          const left = codecs.size === 0 ? "" : `, which are ${listed([...codecs])}`;
          return unseen(`Asterisk shows only the codecs that are left${left}`);
        }),
    },
  ];
}

const endpointRules: readonly Rule[] = [
  {
    key: "auth",
    good: (value) => value !== "",
    words: "set",
    bad: (where) => fail(`is not set on ${where}: anybody can register there and be rung in the supervisor's place`),
  },
  {
    key: "aors",
    good: (value, account) => value === account,
    words: "each its own",
    bad: (where) => fail(`is not its own on ${where}: its phone is not found, or another one is rung`),
  },
];

const authRules: readonly Rule[] = [
  {
    key: "auth_type",
    good: (value) => value === "userpass",
    words: "userpass",
    bad: (where) => note(`is another on ${where}: the password that earshot has written may not count`),
  },
  {
    key: "username",
    good: (value, account) => value === account,
    words: "each its own",
    bad: (where) => note(`is another on ${where}: phones that earshot provisions cannot register`),
  },
];

const contactsRule: Rule = {
  key: "max_contacts",
  good: (value) => value !== "" && value !== "0",
  words: "phones may register",
  bad: (where) => fail(`no phone can register at ${where}`),
};

/** What each supervision account has of its own: endpoint, auth and aor. */
function objectLines(accounts: readonly string[], { password }: Checked): readonly CheckedLine[] {
  const line = (key: string, judge: CheckedLine["judge"]) => ({
    name: `pjsip.conf supervision accounts ${key}`,
    judge,
  });
  return [
    line("type", ({ version, auths, aors }) =>
      judged(version, () => {
        const without = (objects: ReadonlyMap<string, Settings>) => accounts.filter((name) => !objects.has(name));
        const [aor, auth] = [without(aors), without(auths)];
        if (aor.length > 0) return fail(`there is no aor ${listed(aor)}: no phone can register there`);
        return auth.length > 0
          ? note(`there is no auth ${listed(auth)}`)
          : ok("in force: each has its auth and its aor");
      }),
    ),
    ...endpointRules.map((rule) =>
      line(rule.key, ({ endpoints }) => judged(endpoints, (all) => onEach(accounts, all, "endpoint", rule))),
    ),
    ...authRules.map((rule) =>
      line(rule.key, ({ version, auths }) => judged(version, () => onEach(accounts, auths, "auth", rule))),
    ),
    line("password", ({ version, auths }) =>
      judged(version, () => {
        if (password === undefined) return unseen("the data folder holds no secret.key that could be read");
        return onEach(accounts, auths, "auth", {
          key: "password",
          good: (value, account) => value === password(account),
          words: "the passwords are those that earshot has written",
          bad: (where) => note(`${where}: another password than the one that earshot has written`),
        });
      }),
    ),
    line("max_contacts", ({ version, aors }) => judged(version, () => onEach(accounts, aors, "aor", contactsRule))),
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
