import { describe, expect, test } from "vitest";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../../src/model/index.js";
import { asteriskSetup, type Setup, setupText } from "../../../src/pbx/asterisk/index.js";

const config: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://127.0.0.1:8088/ari", username: "earshot", password: "tulip" },
  ami: { host: "127.0.0.1", port: 5038, username: "earshot", secret: "orchid" },
  endpoint: "PJSIP/{extension}",
  supervisionEndpoint: "PJSIP/{extension}-sup",
};

const kim = person("3001", "Kim Osei", "team-manager");
const ana = person("2001", "Ana Ruiz", "agent");

function person(extension: string, name: string, role: Person["role"]): Person {
  return { id: "x" as PersonId, extension: extension as Extension, name, role, teams: [] };
}

interface Given {
  readonly config?: Partial<AsteriskConfig>;
  readonly people?: readonly Person[];
  readonly gateway?: string;
  readonly from?: string;
  readonly freepbx?: boolean;
}

function setup({
  people = [kim, ana],
  gateway = "main",
  from = "127.0.0.1",
  freepbx = false,
  ...given
}: Given = {}): Setup {
  const password = (account: string) => `sip-of-${account}`;
  return asteriskSetup({ config: { ...config, ...given.config }, people, gateway, from, freepbx, password });
}

function files(given?: Given): Readonly<Record<string, string>> {
  const written = setup(given);
  if (!written.ok) throw new Error(written.sentence);
  return Object.fromEntries(written.files.map(({ name, text }) => [name, text]));
}

function sentence(given: Given): string {
  const written = setup(given);
  return written.ok ? "" : written.sentence;
}

const ari = (password: string, username = "earshot"): Given => ({
  config: { ari: { ...config.ari, username, password } },
});
const ami = (secret: string, username = "earshot"): Given => ({
  config: { ami: { host: "127.0.0.1", port: 5038, username, secret } },
});

describe("a setup", () => {
  test("is the same whenever it is written for the same configuration", () => {
    expect(setup()).toEqual(setup());
  });
  test("says on its first line, and on that of each file, where passwords are", () => {
    const written = setup();
    if (!written.ok) throw new Error(written.sentence);
    expect(setupText(written.files, false).split("\n")[0]).toBe(
      "; THIS TEXT HOLDS PASSWORDS (ari.conf, manager.conf, pjsip.conf): keep it to yourself.",
    );
    for (const { text, secret } of written.files) {
      expect(text.startsWith("; HOLDS PASSWORDS")).toBe(secret);
      expect(/tulip|orchid|sip-of/.test(text)).toBe(secret);
    }
  });
  test("gives a supervision account to those who may supervise, and a lamp to everybody", () => {
    const { "pjsip.conf": pjsip = "", "extensions.conf": extensions = "" } = files();
    expect(pjsip).toContain("[3001-sup](earshot-supervision)");
    expect(pjsip).toContain("password = sip-of-3001-sup");
    expect(pjsip).not.toContain("2001-sup");
    expect(extensions).toContain("exten => lamp3001,hint,Stasis:lamp3001");
    expect(extensions).toContain("exten => lamp2001,hint,Stasis:lamp2001");
    expect(extensions).not.toMatch(/hint,.*-sup/);
  });
  test("R13 has transfers begin in a context of its own where the site names the one they go on in", () => {
    const { "extensions.conf": extensions = "", "pjsip.conf": pjsip = "" } = files({
      config: { transferContext: "phones" },
    });
    const context = /\[earshot-transfer\]\n([\s\S]*?)\n\n/.exec(extensions)?.[1]?.split("\n");
    expect(context?.filter((line) => !line.startsWith(";"))).toEqual([
      "exten => 3001,1,Wait(0.3)",
      "same => n,Goto(phones,3001,1)",
      "include => phones",
    ]);
    expect(pjsip).toContain("[earshot-transfers](!)\n");
    const shared = /\[earshot-supervised\]\(!\)\n([\s\S]*?)\n\n/.exec(pjsip)?.[1] ?? "";
    expect(shared).not.toContain("TRANSFER_CONTEXT");
    expect(Object.values(files()).join()).not.toContain("[earshot-transfer]");
    expect(files()["pjsip.conf"]).not.toContain("TRANSFER_CONTEXT=earshot-transfer");
  });
  test("R21 lets a supervision account neither transfer nor dial nor watch, and keeps its audio at the PBX", () => {
    const template = /\[earshot-supervision\]\(!\)\n([\s\S]*?)\n\n/.exec(files()["pjsip.conf"] ?? "")?.[1]?.split("\n");
    expect(template).toEqual(
      expect.arrayContaining(["allow_transfer = no", "allow_subscribe = no", "direct_media = no"]),
    );
    expect(template).toContain("context = earshot-no-transfer");
    expect(files()["extensions.conf"]).toContain("\n[earshot-no-transfer]\n\n");
  });
  test("R13 a call that was handed over has no lease, and nobody is left alone in its bridge", () => {
    const extensions = files()["extensions.conf"] ?? "";
    expect(extensions).toContain("exten => _tookover.,1,Set(TIMEOUT(absolute)=0)\n");
    expect(extensions).toContain("same => n,Set(CHANNEL(hangup_handler_push)=earshot-main,left,1)\n");
    expect(extensions).toMatch(/exten => left,1,GotoIf.* = "1"\]\?alone\)\n.*\nsame => n\(alone\),ConfKick\(/);
    expect(files()["confbridge.conf"]).toContain("[earshot-party]\ntype = user\nquiet = yes\n");
  });
  test("names the gateway's own application", () => {
    expect(files({ gateway: "north" })["extensions.conf"]).toContain("\n[earshot-north]\n");
  });
  test("without AMI has no manager.conf, without second accounts none", () => {
    const { ami: _, supervisionEndpoint: __, ...bare } = config;
    const password = () => "x";
    const written = asteriskSetup({
      config: bare,
      people: [kim],
      gateway: "main",
      from: "::1",
      freepbx: false,
      password,
    });
    const names = written.ok ? written.files.map(({ name }) => name) : [];
    expect(names).not.toContain("manager.conf");
    expect(written.ok && written.files.find(({ name }) => name === "pjsip.conf")?.text).not.toContain("supervision]");
  });
  test("permits AMI from the gateway's address alone, and nothing that earshot does not do", () => {
    const text = files({ from: "192.0.2.7" })["manager.conf"] ?? "";
    expect(text).toContain("deny = 0.0.0.0/0.0.0.0\ndeny = ::/0\n");
    expect(text).toContain("permit = 192.0.2.7/255.255.255.255\n");
    expect(text).toContain("\nwrite = system,agent,call\n");
    expect(text).toMatch(/\nread =\n$/);
    expect(files({ from: "2001:db8::7" })["manager.conf"]).toContain("permit = 2001:db8::7/128\n");
  });
  test.each([
    ["http://127.0.0.1:8088/ari", "bindaddr = 127.0.0.1", "bindport = 8088"],
    ["http://[::1]:8088/ari", "bindaddr = ::1", "bindport = 8088"],
    ["http://192.0.2.1:8088/ari", "bindaddr = 192.0.2.1", "password can be read"],
    ["http://pbx.example.com/pbx/ari", "bindaddr = 0.0.0.0", "prefix = pbx"],
    ["https://192.0.2.1:8089/ari", "bindaddr = 127.0.0.1", "tlsbindaddr = 192.0.2.1:8089"],
  ])("offers ARI where %s asks for it", (url, address, more) => {
    const text = files({ config: { ari: { ...config.ari, url } } })["http.conf"] ?? "";
    expect(text).toContain(`\n${address}\n`);
    expect(text).toContain(more);
  });
});

describe("for a FreePBX", () => {
  test("only files that FreePBX includes and never writes", () => {
    expect(Object.keys(files({ freepbx: true }))).toEqual([
      "freepbx-pages.txt",
      "ari_general_custom.conf",
      "ari_additional_custom.conf",
      "manager_custom.conf",
      "sip_notify_custom.conf",
      "extensions_custom.conf",
      "confbridge_custom.conf",
      "pjsip.endpoint_custom_post.conf",
      "pjsip.auth_custom_post.conf",
      "pjsip.aor_custom_post.conf",
      "queues_post_custom.conf",
    ]);
  });
  test("no section that adds to one of FreePBX's: it would break the file when that one is deleted", () => {
    for (const text of Object.values(files({ freepbx: true }))) expect(text).not.toMatch(/^\[[^\]]*\]\(\+\)/m);
  });
});

describe("a value that would break a file", () => {
  test("of a name in a comment stays in the comment", () => {
    const people = [person("3001", "Kim\n[general]\u2028exten => s,1,System(x) ;-- \u001b[31m", "team-manager")];
    for (const text of Object.values(files({ people }))) {
      expect(text).not.toMatch(/^exten => s/m);
      expect(text).not.toContain("\u001b");
      expect(text).not.toContain("\u2028");
    }
  });
  test("of a secret is escaped where a backslash helps", () => {
    expect(files(ari("a;b\\;#c"))["ari.conf"]).toContain("\npassword = a\\;b\\\\;#c\n");
  });
  test.each([
    ["a secret with a line end", ari("a\nread_only = no"), /^pbx\.ari\.password cannot stand/],
    ["a secret with a blank at its end", ami("a "), /^pbx\.ami\.secret cannot stand/],
    ["an empty secret", ari(""), /^pbx\.ari\.password/],
    ["a secret without end", ami("x".repeat(201)), /^pbx\.ami\.secret/],
    ["a user that ends a section's name", ari("x", "a](!)"), /^pbx\.ari\.username cannot be a user/],
    ["a user that is a section of Asterisk's", ami("x", "general"), /^pbx\.ami\.username cannot be a user/],
    ["a user that is a template of earshot's", ari("x", "earshot-queue"), /^pbx\.ari\.username/],
    ["a gateway with a comma", { gateway: "a,b" }, /^gateway cannot be/],
    ["an address that is none", { from: "everywhere" }, /no IP address/],
    ["a device that is no PJSIP one", { config: { endpoint: "SIP/{extension}" } }, /^pbx\.endpoint gives no name/],
    [
      "a device that ends a section's name",
      { config: { endpoint: "PJSIP/{extension}](!" } },
      /^pbx\.endpoint gives no name/,
    ],
    [
      "a second account that is somebody's device",
      { config: { supervisionEndpoint: "PJSIP/2{extension}" }, people: [person("001", "A", "agent-plus"), ana] },
      /gives 2001 for 001, which is a device of 2001 already/,
    ],
    [
      "an ARI address that is not Asterisk's",
      { config: { ari: { ...config.ari, url: "http://127.0.0.1/api" } } },
      /does not end with `\/ari`/,
    ],
  ])("is refused in words without secrets: %s", (_, given, words) => {
    expect(sentence(given)).toMatch(words);
    expect(sentence(given)).not.toMatch(/read_only|xxxx/);
  });
});
