import { describe, expect, test } from "vitest";
import type { Config } from "../../../src/model/index.js";
import { emqxAccess } from "../../../src/mqtt/index.js";
import { serverCertificate } from "../../lab/certificate.js";
import { ana, kim } from "../core/world.ts";

type Part = Pick<Config, "gateway" | "mqtt" | "people">;
const broker = { kind: "external", url: "mqtts://broker.example.com", username: "earshot", base: "site/a" } as const;
const config: Part = { gateway: "main", mqtt: broker, people: [ana, kim] };

function written(more: Partial<Part> = {}): string {
  const file = emqxAccess({ ...config, ...more });
  return file.ok ? file.text : `refused: ${file.sentence}`;
}

/** What EMQX reads of it: all but comments and empty lines. */
function rules(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("%%"));
}

describe("the access file of EMQX", () => {
  test("grants each account its own, devices nothing retained, and ends with a no for everybody", () => {
    const agents = [
      "gateway/main/state",
      "agents/+/call",
      "agents/+/lamp",
      "agents/+/lamp/text",
      "agents/+/notice",
      "agents/+/help",
    ];
    const others = ["supervisors/+/supervision", "phones/+/state", "phones/+/delivery"];
    const topics = (...names: string[]): string => `[${names.map((name) => `"site/a/${name}"`).join(", ")}]`;
    expect(rules(written())).toEqual([
      `{allow, {username, "earshot"}, publish, ${topics(...agents, ...others)}}.`,
      `{allow, {username, "earshot"}, subscribe, ${topics("agents/+/help/set")}}.`,
      ...["2001", "3001"].flatMap((id) => [
        `{allow, {username, "${id}"}, subscribe, ${topics(`agents/${id}/#`, "gateway/+/state", `supervisors/${id}/supervision`)}}.`,
        `{allow, {username, "${id}"}, {publish, [{retain, false}]}, ${topics(`agents/${id}/help/set`)}}.`,
      ]),
      "{deny, all}.",
    ]);
  });

  test("says that nobody has run it, and holds no password", () => {
    const text = written({ mqtt: { ...broker, password: "so-secret" } });
    expect(text).toContain("It has not been run");
    expect(text).toContain("authorization.no_match = deny");
    expect(text).not.toContain("so-secret");
  });

  test("a name cannot leave its comment, an account not its string", () => {
    const name = 'Ana\n{allow, all}.\r\u2028\u202e"Ruiz';
    const text = written({ people: [{ ...ana, name }, kim], mqtt: { ...broker, username: 'a"}, all, ["#"]}. %\\' } });
    expect(rules(text)).toHaveLength(rules(written()).length);
    expect(text).toContain('{username, "a\\"}, all, [\\"#\\"]}. %\\\\"}');
  });

  test("without mqtt.username the account is the name in the certificate", () => {
    const { certificate, key } = serverCertificate().client("earshot main");
    const identity = { cert: certificate, key };
    const text = written({ mqtt: { kind: "external", url: broker.url, base: "site/a", identity } });
    expect(text).toContain('{allow, {username, "earshot main"}, publish,');
    expect(text).toContain("mqtt.peer_cert_as_username = cn");
    expect(text).not.toContain("PRIVATE");
  });

  test.each([
    [
      "the embedded broker",
      { kind: "embedded", listen: { host: "", port: 0 }, accounts: [], base: "a" },
      /mqtt\.embedded/,
    ],
    ["no gateway account", { kind: "external", url: broker.url, base: "a" }, /mqtt\.username is missing/],
    ["an account of other letters", { ...broker, username: "ohrgerät" }, /ASCII/],
  ] satisfies [string, Part["mqtt"], RegExp][])("is refused in words: %s", (_what, mqtt, words) => {
    expect(emqxAccess({ ...config, mqtt })).toEqual({ ok: false, sentence: expect.stringMatching(words) });
  });
});
