import { describe, expect, test } from "vitest";
import type { BranchId, Config, MqttConfig, PersonId } from "../../../src/model/index.js";
import { mosquittoAccess } from "../../../src/mqtt/index.js";
import { ana, kim } from "../core/world.ts";

type Part = Pick<Config, "gateway" | "mqtt" | "people" | "branches">;
const broker = { kind: "external", url: "mqtts://broker.example.com", username: "earshot", base: "site/a" } as const;
const config: Part = { gateway: "main", mqtt: broker, people: [ana, kim] };

function written(more: Partial<Part> = {}): string {
  const file = mosquittoAccess({ ...config, ...more });
  return file.ok ? file.text : `refused: ${file.sentence}`;
}

/** What Mosquitto reads of it: all but comments and empty lines. */
function rules(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const mqtt = (more: Partial<MqttConfig>): Partial<Part> => ({ mqtt: { ...broker, ...more } as Part["mqtt"] });

describe("the access file of Mosquitto", () => {
  test("grants each account its own, and nothing wider", () => {
    expect(rules(written())).toEqual([
      "user earshot",
      "topic write site/a/gateway/main/state",
      "topic write site/a/agents/+/call",
      "topic write site/a/agents/+/lamp",
      "topic write site/a/agents/+/lamp/text",
      "topic write site/a/agents/+/notice",
      "topic write site/a/agents/+/help",
      "topic write site/a/supervisors/+/supervision",
      "topic write site/a/phones/+/state",
      "topic write site/a/phones/+/delivery",
      "topic read site/a/agents/+/help/set",
      ...["2001", "3001"].flatMap((id) => [
        `user ${id}`,
        `topic read site/a/agents/${id}/#`,
        "topic read site/a/gateway/+/state",
        `topic read site/a/supervisors/${id}/supervision`,
        `topic write site/a/agents/${id}/help/set`,
      ]),
    ]);
  });

  test("with Home Assistant the gateway may announce its own devices, and the account that is named sees no more than them", () => {
    const homeAssistant = { prefix: "ha", username: "home" };
    const more = rules(written({ mqtt: { ...broker, homeAssistant } })).filter(
      (rule) => !rules(written()).includes(rule),
    );
    expect(more).toEqual([
      "topic write ha/device/site_a_main/+/config",
      "topic read ha/status",
      "user home",
      "topic read site/a/agents/+/lamp/text",
      "topic read site/a/agents/+/notice",
      "topic read site/a/agents/+/call",
      "topic read site/a/agents/+/help",
      "topic read site/a/gateway/main/state",
      "topic read ha/#",
      "topic write site/a/agents/+/help/set",
      "topic write ha/status",
    ]);
    expect(written({ mqtt: { ...broker, homeAssistant: { prefix: "ha" } } })).not.toContain("user home");
  });

  test("tells the operator listener and password file, and holds no password", () => {
    const text = written(mqtt({ username: "it's me", password: "so-secret" }));
    expect(text).toContain("#     listener 8883\n");
    expect(text).toContain("#     mosquitto_passwd -c /etc/mosquitto/earshot.passwords 'it'\\''s me'\n");
    expect(text).toContain("#     mosquitto_passwd /etc/mosquitto/earshot.passwords 2001\n");
    expect(text).not.toContain("so-secret");
  });

  test("says so when the broker is not encrypted", () => {
    const text = written(mqtt({ url: "mqtt://127.0.0.1:1884" }));
    expect(text).toMatch(/listener 1884\n.*Not encrypted/);
  });

  test("a name cannot leave its comment", () => {
    const name = "Ana\ntopic readwrite #\r\u2028\u202eRuiz";
    const text = written({ people: [{ ...ana, name }, kim] });
    expect(rules(text)).toEqual(rules(written()));
    expect(text).toContain("Ana?topic readwrite #???Ruiz");
  });

  test.each([
    ["the embedded broker", mqtt({ kind: "embedded", listen: { host: "", port: 0 }, accounts: [] }), /mqtt\.embedded/],
    [
      "no gateway account",
      { mqtt: { kind: "external", url: broker.url, base: "earshot" } },
      /mqtt\.username is missing/,
    ],
    ["a line end in the account", mqtt({ username: "a\ntopic readwrite #" }), /mqtt\.username cannot/],
    ["a colon in the account", mqtt({ username: "a:b" }), /mqtt\.username cannot/],
    ["a blank at its end", mqtt({ username: "a " }), /mqtt\.username cannot/],
    ["an account that is a person's id", mqtt({ username: "2001" }), /id of a person too/],
    [
      "a wildcard in Home Assistant's prefix",
      { mqtt: { ...broker, homeAssistant: { prefix: "ha/#" } } },
      /mqtt\.homeAssistant\.prefix/,
    ],
    [
      "a line end in its account",
      { mqtt: { ...broker, homeAssistant: { prefix: "ha", username: "a\nb" } } },
      /mqtt\.homeAssistant\.username cannot/,
    ],
    [
      "a person's id as its account",
      { mqtt: { ...broker, homeAssistant: { prefix: "ha", username: "2001" } } },
      /mqtt\.homeAssistant\.username is/,
    ],
    [
      "the gateway's account as its own",
      { mqtt: { ...broker, homeAssistant: { prefix: "ha", username: "earshot" } } },
      /mqtt\.homeAssistant\.username is/,
    ],
    ["a wildcard in the base", { mqtt: { ...broker, base: "site/+" } }, /mqtt\.base/],
    ["a line end in the base", { mqtt: { ...broker, base: "site\n" } }, /mqtt\.base/],
    ["a wildcard for a gateway", { gateway: "#" }, /gateway/],
    ["a further level in a gateway", { gateway: "a/b" }, /gateway/],
    ["a wildcard for a person", { people: [{ ...ana, id: "+" as PersonId }] }, /id of a person/],
    ["a line end in a person's id", { people: [{ ...ana, id: "2001\n" as PersonId }] }, /id of a person/],
    [
      "Home Assistant's place is one that earshot's own topics are in",
      { mqtt: { ...broker, homeAssistant: { prefix: "site", username: "home" } } },
      /lie within each other/,
    ],
    [
      "Home Assistant's account is that of a branch office",
      {
        mqtt: { ...broker, homeAssistant: { prefix: "ha", username: "branch-hamburg" } },
        branches: [{ id: "hamburg" as BranchId, url: "mqtts://b" }],
      },
      /account of a branch office/,
    ],
  ] satisfies [string, Partial<Part>, RegExp][])("is refused in words: %s", (_what, more, words) => {
    const file = mosquittoAccess({ ...config, ...more });
    expect(file).toEqual({ ok: false, sentence: expect.stringMatching(words) });
  });
});
