import { describe, expect, test } from "vitest";
import { changed, configOf, marked, read, right, told } from "./files.ts";

const policy = "policy: { hidden: allowed }";
const anas = "name: Ana Ruiz, role: agent, teams: [support] }";

describe("R20 site, team and person can each forbid", () => {
  test("nothing is forbidden where nothing is written", () => {
    const config = configOf(read(right));
    expect([config.policy.supervision, config.policy.never, config.teams]).toEqual([undefined, undefined, undefined]);
    expect(config.people[1]).not.toHaveProperty("hidden");
  });

  test("supervision at all, by the site", () => {
    const config = configOf(read(changed(policy, "policy: { hidden: allowed, supervision: forbidden }")));
    expect(config.policy).toMatchObject({ hidden: "allowed", supervision: "forbidden" });
  });

  test("Hidden and supervision, by teams", () => {
    const teams =
      "teams:\n  - { name: support, hidden: forbidden }\n  - { name: sales, hidden: allowed, supervision: forbidden }\n";
    expect(configOf(read(right + teams)).teams).toEqual([
      { name: "support", hidden: "forbidden" },
      { name: "sales", supervision: "forbidden" },
    ]);
  });

  test("Hidden and supervision, by a person", () => {
    const by = "name: Ana Ruiz, role: agent, teams: [support], hidden: forbidden, supervision: forbidden }";
    expect(configOf(read(changed(anas, by))).people[1]).toMatchObject({
      hidden: "forbidden",
      supervision: "forbidden",
    });
  });
});

describe("the language of what phones show", () => {
  test("is English where none is written, and nobody has one of their own", () => {
    const config = configOf(read(right));
    expect([config.language, config.people[0]]).toEqual(["en", expect.not.objectContaining({ language: "en" })]);
  });

  test("is the site's, and a person's own", () => {
    const config = configOf(read(`language: de\n${changed(anas, "name: Ana Ruiz, role: agent, language: es }")}`));
    expect([config.language, ...config.people.map(({ language }) => language)]).toEqual(["de", undefined, "es"]);
  });

  const names = "`en` (English), `de` (German), `fr` (French) or `es` (Spanish)";
  test.each([
    ["german", "; did you mean `de`?"],
    ["de-AT", "; did you mean `de`?"],
    ["Français", "; did you mean `fr`?"],
    ["espanol", "; did you mean `es`?"],
    ["eng", "; did you mean `en`?"],
    ["klingon", "."],
  ])("that is none is refused, with the nearest: %s", (language, near) => {
    const of = marked(`language: «${language}\n${right}`);
    expect(told(read(of.text))).toEqual([
      `${of.at} language: \`language\` must be ${names}, not \`${language}\`${near}`,
    ]);
  });

  test("of a person is refused where it stands", () => {
    const of = marked(changed(anas, "name: Ana Ruiz, role: agent, language: «fx }"));
    expect(told(read(of.text))).toEqual([
      `${of.at} people[1].language: \`people[1].language\` must be ${names}, not \`fx\`; did you mean \`fr\`?`,
    ]);
  });
});

describe("digits as keys", () => {
  test("are off unless the site allows them", () => {
    expect(configOf(read(right)).policy.digits).toBeUndefined();
    const by = (digits: string) => configOf(read(changed(policy, `policy: { hidden: allowed, digits: ${digits} }`)));
    expect([by("allowed").policy.digits, by("forbidden").policy.digits]).toEqual(["allowed", undefined]);
  });
});

describe("where a phone's pages are given to", () => {
  const registered = "policy: { hidden: allowed, pagesFrom: registered }";

  test("is anywhere unless the site says otherwise", () => {
    expect(configOf(read(right)).policy.pagesFrom).toBeUndefined();
    expect(configOf(read(changed(policy, registered))).policy.pagesFrom).toBe("registered");
    const anywhere = changed(policy, "policy: { hidden: allowed, pagesFrom: anywhere }");
    expect(configOf(read(anywhere)).policy.pagesFrom).toBeUndefined();
  });

  test("cannot be held without AMI, which tells where phones are", () => {
    const text = changed(policy, registered).replace(/^ {2}ami: .*\n/m, "");
    expect(told(read(text)).join()).toContain("`policy.pagesFrom` is `registered`, which needs `pbx.ami`");
  });

  test("cannot be held for a phone whose requests come from elsewhere", () => {
    const text = changed(policy, registered).replace(
      'extension: "3001" }\n',
      'extension: "3001", address: 192.0.2.7 }\n',
    );
    expect(told(read(text)).join()).toContain(
      "`phones[0].address` says that this phone's requests come from elsewhere; with `policy.pagesFrom: registered` none would be answered; leave one of them out.",
    );
  });
});

describe("the notification tone of a team", () => {
  const tone = (how: string) => configOf(read(`${right}teams: [{ name: support, tone: ${how} }]\n`)).teams?.[0]?.tone;
  test.each([
    ["{ agent: true }", { agent: true, customer: false, everyMs: 30_000 }],
    ["{ agent: true, customer: true, every: 15 }", { agent: true, customer: true, everyMs: 15_000 }],
    ["{ agent: false, customer: true, every: 0 }", { agent: false, customer: true, everyMs: 0 }],
  ])("%s", (how, wanted) => expect(tone(how)).toEqual(wanted));

  test("is off unless it is written", () => {
    expect(configOf(read(`${right}teams: [{ name: support }]\n`)).teams).toEqual([{ name: "support" }]);
  });
});

describe("R20 the never list", () => {
  test("numbers, queues and contexts, as they are written", () => {
    const by =
      "policy: { hidden: allowed, never: { numbers: ['+44 20 7946 0958', 0800*], queues: [payments], contexts: [ivr-pay] } }";
    expect(configOf(read(changed(policy, by))).policy.never).toEqual({
      numbers: ["+44 20 7946 0958", "0800*"],
      queues: ["payments"],
      contexts: ["ivr-pay"],
    });
  });

  test("what is not named is empty", () => {
    const by = "policy: { hidden: allowed, never: { queues: [payments] } }";
    expect(configOf(read(changed(policy, by))).policy.never).toEqual({
      numbers: [],
      queues: ["payments"],
      contexts: [],
    });
  });
});

describe("R20 the PIN before the first supervision of a shift", () => {
  const shift = (more: string) => configOf(read(changed(policy, `policy: { ${more} }`))).policy.pin;
  test.each<readonly [string, number | undefined]>([
    ["hidden: allowed", 10],
    ["hidden: forbidden", undefined],
    ["hidden: allowed, pin: off", undefined],
    ["hidden: forbidden, pin: required", 10],
    ["hidden: allowed, shift: 8", 8],
  ])("%s", (more, hours) => {
    expect(shift(more)).toEqual(hours === undefined ? undefined : { shiftMs: hours * 3_600_000 });
  });
});

describe("R20 what is wrong is told where it stands, with the nearest right word", () => {
  test.each([
    [policy, "policy: { hidden: allowed, supervision: «forbiden }", "policy.supervision", "did you mean `forbidden`?"],
    [policy, "policy: { hidden: allowed, «supervison: forbidden }", "policy.supervison", "did you mean `supervision`?"],
    [
      policy,
      "policy: { hidden: allowed, never: { «number: ['1'] } }",
      "policy.never.number",
      "did you mean `numbers`?",
    ],
    [policy, "policy: { hidden: allowed, never: { numbers: «'1' } }", "policy.never.numbers", "must be a list"],
    [
      policy,
      "policy: { hidden: allowed, never: { numbers: [«'*'] } }",
      "policy.never.numbers[0]",
      "must be a number such as",
    ],
    [
      policy,
      "policy: { hidden: allowed, never: { numbers: [«'0800*1'] } }",
      "policy.never.numbers[0]",
      "must be a number such as",
    ],
    [
      policy,
      "policy: { hidden: allowed, never: { numbers: [«'a;b'] } }",
      "policy.never.numbers[0]",
      "must be a number such as",
    ],
    [
      anas,
      "name: Ana Ruiz, role: agent, teams: [support], hidden: «forbid }",
      "people[1].hidden",
      "did you mean `forbidden`?",
    ],
    [policy, "policy: { hidden: allowed, pin: «on }", "policy.pin", "must be `required` or `off`, not `on`"],
    [policy, "policy: { hidden: allowed, shift: «25 }", "policy.shift", "whole number of hours from 1 to 24"],
    ["phones:", "teams: [{ name: support, «hiden: forbidden }]\nphones:", "teams[0].hiden", "did you mean `hidden`?"],
    ["phones:", "teams: [{ name: support, tone: { «agnt: true } }]\nphones:", "teams[0].tone.agnt", "mean `agent`?"],
    [
      "phones:",
      "teams: [{ name: support, tone: { agent: «yes } }]\nphones:",
      "teams[0].tone.agent",
      "must be `true` or `false`, not `yes`",
    ],
    [
      "phones:",
      "teams: [{ name: support, tone: { agent: true, every: «3 } }]\nphones:",
      "teams[0].tone.every",
      "must be a whole number of seconds from 5 to 3600, or 0 for one tone at the beginning, not `3`",
    ],
    ["phones:", "teams: [{ name: support, tone: «on }]\nphones:", "teams[0].tone", "must be a map with keys such as"],
    ["phones:", "teams: [«{ hidden: forbidden }]\nphones:", "teams[0].name", "is missing"],
    [
      "phones:",
      "teams: [{ name: support }, { name: «support }]\nphones:",
      "teams[1].name",
      "line 14 has the same name",
    ],
  ])("%s becomes %s", (piece, by, key, words) => {
    const { text, at } = marked(changed(piece, by));
    const found = told(read(text));
    expect(found).toEqual([expect.stringContaining(words)]);
    expect(found[0]?.startsWith(`${at} ${key}: `)).toBe(true);
  });

  test("a team that is in no entry of the list: what was forbidden would be allowed", () => {
    const { text, at } = marked(
      changed(anas, "name: Ana Ruiz, role: agent, teams: [«suport] }").concat(
        "teams: [{ name: support, hidden: forbidden }]\n",
      ),
    );
    expect(told(read(text))).toEqual([
      `${at} people[1].teams[0]: \`people[1].teams[0]\` is \`suport\`, and \`teams\` has no such name; did you mean \`support\`?`,
    ]);
  });
});
