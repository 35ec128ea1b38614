import { describe, expect, it } from "vitest";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../src/model/index.js";
import { asteriskChecks, type Finding } from "../../src/pbx/asterisk/index.js";
import { AsteriskLab, type AsteriskOptions } from "./asterisk.ts";
import { everybody, LAB_GATEWAY, labPbx } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();

type Told = Readonly<Record<string, Finding>>;

/** A line of a file as setup writes it, and what the site has instead; nothing by default. */
interface Slip {
  readonly file: string;
  readonly line: string;
  readonly instead?: string;
  /** Of several such lines, the one in this section; by default all. */
  readonly section?: string;
}

function slipped({ file, line, instead = "", section }: Slip): Pick<AsteriskOptions, "edited"> {
  return {
    edited: (name, text) => {
      if (name !== file) return text;
      const from = section === undefined ? 0 : text.indexOf(`\n[${section}]`);
      const rest = text.slice(from);
      const changed =
        section === undefined
          ? rest.replaceAll(`\n${line}\n`, `\n${instead}\n`)
          : rest.replace(`\n${line}\n`, `\n${instead}\n`);
      if (from < 0 || changed === rest) throw new Error(`${file} has no line ${line}`);
      return text.slice(0, from) + changed;
    },
  };
}

/** A PBX that says nothing of its files when it starts: no warning, no error. */
async function readsThemGladly(lab: AsteriskLab): Promise<void> {
  expect((await lab.log()).split("\n").filter((line) => /WARNING|ERROR/.test(line))).toEqual([]);
}

/** What check tells of a real Asterisk, by name, while `meanwhile` holds. */
async function told(
  options: AsteriskOptions,
  {
    config = (right) => right,
    people = [],
    meanwhile = async () => undefined,
  }: {
    readonly config?: (right: AsteriskConfig) => AsteriskConfig;
    readonly people?: readonly Person[];
    readonly meanwhile?: (lab: AsteriskLab) => Promise<unknown>;
  } = {},
): Promise<Told> {
  const lab = new AsteriskLab(options);
  try {
    await lab.start();
    await meanwhile(lab);
    const checks = asteriskChecks({
      config: config(labPbx({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser })),
      gateway: LAB_GATEWAY,
      people: [...everybody(lab), ...people],
      password: (account) => lab.accounts.find(({ user }) => user === account)?.password ?? "",
    });
    return Object.fromEntries(await Promise.all(checks.map(async ({ name, run }) => [name, await run()] as const)));
  } finally {
    await lab.stop();
  }
}

function by(status: Finding["status"], lines: Told): string[] {
  return Object.keys(lines).filter((name) => lines[name]?.status === status);
}

const aStranger: Person = {
  id: "2999" as PersonId,
  extension: "2999" as Extension,
  name: "Nobody",
  role: "team-manager",
  teams: [],
};

const write = "write = system,agent,call";

describe(`a PBX set up by earshot, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  it("has nothing for check to complain of; what nobody can see is not called ok", async () => {
    const lines = await told({}, { meanwhile: readsThemGladly });
    expect(by("fail", lines)).toEqual([]);
    expect(by("note", lines)).toEqual([]);
    expect(by("unseen", lines)).toEqual([
      "http.conf [general] bindaddr",
      "ari.conf [general] channelvars",
      "manager.conf [general] bindaddr",
      "manager.conf [earshot] deny",
      "manager.conf [earshot] permit",
      "manager.conf [earshot] read",
      "extensions.conf [earshot-no-transfer]",
      "queues.conf [earshot-queue] setqueuevar",
      "queues.conf [earshot-queue] setinterfacevar",
      "queues.conf [earshot-queue] setqueueentryvar",
      "pjsip_notify.conf [earshot-resync]",
    ]);
  });

  it("that is a FreePBX, where files are included as FreePBX does, has nothing to complain of either", async () => {
    const lines = await told({ freepbx: true }, { meanwhile: readsThemGladly });
    expect(by("fail", lines)).toEqual([]);
    expect(by("note", lines)).toEqual([]);
    expect(by("ok", lines)).toContain("extensions.conf include earshot-lamps");
  });

  it("takes passwords that hold everything its files give a meaning to", async () => {
    const awkward = String.raw`a;b\;c#;--d"[x](!)=>'$\{y\}`;
    const lines = await told({ secrets: { ari: `${awkward};`, ami: `;${awkward}\\` } });
    expect(lines["pbx.ari"]?.status).toBe("ok");
    expect(lines["pbx.ami"]?.status).toBe("ok");
    expect(by("fail", lines)).toEqual([]);
  });

  it("shows the channel variables in force while there is a call", async () => {
    const lines = await told({}, { meanwhile: aCall });
    expect(lines["ari.conf [general] channelvars"]).toMatchObject({ status: "ok", sentence: /as a call shows/ });
  });

  it("is looked at without AMI: what only AMI shows is not called ok", async () => {
    const lines = await told({}, { config: ({ ami: _, ...config }) => config });
    expect(by("fail", lines)).toEqual([]);
    expect(by("unseen", lines)).toContain("extensions.conf hints of supervision accounts");
    expect(by("unseen", lines)).toContain(`extensions.conf [earshot-${LAB_GATEWAY}] take-over`);
    expect(by("ok", lines)).toContain("pjsip.conf [earshot-supervision] allow_transfer");
  });

  it("that ARI does not answer at shows nothing, and nothing is called ok but AMI's lines", async () => {
    const config = (right: AsteriskConfig) => ({ ...right, ari: { ...right.ari, url: "http://127.0.0.1:9/ari" } });
    const lines = await told({}, { config });
    expect(lines["pbx.ari"]).toEqual({ status: "fail", sentence: "nobody answers at 127.0.0.1:9" });
    expect(lines["http.conf [general] bindport"]?.status).toBe("unseen");
    expect(by("ok", lines).filter((name) => /^(?:pjsip|ari|http|modules)/.test(name))).toEqual([]);
  });

  it.each<[what: string, line: string, status: Finding["status"], words: RegExp, slip: Slip]>([
    [
      "a module that is not loaded",
      "modules.conf [modules] load",
      "fail",
      /^not loaded: func_timeout\.so \(The lease/,
      { file: "modules.conf", line: "load = func_timeout.so" },
    ],
    [
      "an HTTP server open to everybody",
      "http.conf [general] bindaddr",
      "note",
      /every address/,
      { file: "http.conf", line: "bindaddr = 127.0.0.1", instead: "bindaddr = 0.0.0.0" },
    ],
    [
      "a channel variable left out",
      "ari.conf [general] channelvars",
      "fail",
      /without BRIDGEPEER, by the file/,
      {
        file: "ari.conf",
        line: "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,BRIDGEPEER,CHANNEL(linkedid)",
        instead: "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,CHANNEL(linkedid)",
      },
    ],
    [
      "an ARI user that may only read",
      "ari.conf [earshot] read_only",
      "fail",
      /may only read/,
      { file: "ari.conf", line: "read_only = no", instead: "read_only = yes" },
    ],
    [
      "AMI open to everybody",
      "manager.conf [general] bindaddr",
      "note",
      /every address/,
      { file: "manager.conf", line: "bindaddr = 127.0.0.1" },
    ],
    [
      "an AMI user that keeps nobody out",
      "manager.conf [earshot] deny",
      "note",
      /anybody who reaches the port/,
      { file: "manager.conf", line: "deny = 0.0.0.0/0.0.0.0" },
    ],
    [
      "an AMI user that keeps no IPv6 out",
      "manager.conf [earshot] deny",
      "note",
      /IPv6/,
      { file: "manager.conf", line: "deny = ::/0" },
    ],
    [
      "an AMI user for a whole network",
      "manager.conf [earshot] permit",
      "note",
      /127\.0\.0\.0\/255\.0\.0\.0/,
      { file: "manager.conf", line: "permit = 127.0.0.1/255.255.255.255", instead: "permit = 127.0.0.0/255.0.0.0" },
    ],
    [
      "an AMI user for another machine",
      "pbx.ami",
      "fail",
      /refused/,
      {
        file: "manager.conf",
        line: "permit = 127.0.0.1/255.255.255.255",
        instead: "permit = 192.0.2.1/255.255.255.255",
      },
    ],
    [
      "an AMI user without call",
      "manager.conf [earshot] write",
      "fail",
      /Redirect \(call: .*Bridge \(call/,
      { file: "manager.conf", line: write, instead: "write = system,agent" },
    ],
    [
      "an AMI user without agent",
      "manager.conf [earshot] write",
      "fail",
      /QueuePause \(agent/,
      { file: "manager.conf", line: write, instead: "write = system,call" },
    ],
    [
      "an AMI user without system",
      "manager.conf [earshot] write",
      "fail",
      /PJSIPShowEndpoint \(system.*PJSIPNotify \(system/,
      { file: "manager.conf", line: write, instead: "write = agent,call" },
    ],
    [
      "an AMI user that may do all",
      "manager.conf [earshot] write",
      "note",
      /more than earshot needs: .*(?:originate.*command|command.*originate)/,
      { file: "manager.conf", line: write, instead: "write = all" },
    ],
    [
      "an AMI user that is told all",
      "manager.conf [earshot] read",
      "note",
      /more than earshot needs: all/,
      { file: "manager.conf", line: "read =", instead: "read = all" },
    ],
    [
      "direct media on people's endpoints",
      "pjsip.conf [earshot-supervised] direct_media",
      "fail",
      /is yes on 2001, 2002/,
      { file: "pjsip.conf", line: "direct_media = no", section: "earshot-supervised" },
    ],
    [
      "direct media on the trunk",
      "pjsip.conf direct_media of the others",
      "note",
      /is yes on trunk/,
      { file: "pjsip.conf", line: "direct_media = no", section: "earshot-supervised" },
    ],
    [
      "direct media on supervision accounts",
      "pjsip.conf [earshot-supervision] direct_media",
      "fail",
      /is yes on 2003-sup, 3001-sup/,
      { file: "pjsip.conf", line: "direct_media = no", section: "earshot-supervision" },
    ],
    [
      "supervision accounts that can transfer",
      "pjsip.conf [earshot-supervision] allow_transfer",
      "fail",
      /is yes on 2003-sup/,
      { file: "pjsip.conf", line: "allow_transfer = no" },
    ],
    [
      "supervision accounts that can call",
      "pjsip.conf [earshot-supervision] context",
      "note",
      /calls can be made/,
      { file: "pjsip.conf", line: "context = earshot-no-transfer", instead: "context = phones" },
    ],
    [
      "supervision accounts that can watch",
      "pjsip.conf [earshot-supervision] allow_subscribe",
      "note",
      /may watch others/,
      { file: "pjsip.conf", line: "allow_subscribe = no" },
    ],
    [
      "supervision accounts without a codec",
      "pjsip.conf [earshot-supervision] allow",
      "fail",
      /no codec on 2003-sup/,
      { file: "pjsip.conf", line: "allow = ulaw,alaw" },
    ],
    [
      "a supervision account that anybody may take",
      "pjsip.conf supervision accounts auth",
      "fail",
      /on 3001-sup: anybody/,
      { file: "pjsip.conf", line: "auth = 3001-sup" },
    ],
    [
      "supervision accounts at which no phone can register",
      "pjsip.conf supervision accounts max_contacts",
      "fail",
      /at 2003-sup/,
      { file: "pjsip.conf", line: "max_contacts = 5", section: "2003-sup" },
    ],
    [
      "no way to take a call over",
      `extensions.conf [earshot-${LAB_GATEWAY}] take-over`,
      "fail",
      /no such extension/,
      { file: "extensions.conf", line: "exten => take-over,1,Stasis(earshot-main,take-over)" },
    ],
    [
      "a take-over to another application",
      `extensions.conf [earshot-${LAB_GATEWAY}] take-over`,
      "fail",
      /something else than Stasis\(earshot-main,take-over\)/,
      {
        file: "extensions.conf",
        line: "exten => take-over,1,Stasis(earshot-main,take-over)",
        instead: "exten => take-over,1,Stasis(other)",
      },
    ],
    [
      "no way to hand a call back",
      `extensions.conf [earshot-${LAB_GATEWAY}] connect`,
      "fail",
      /no such extension/,
      { file: "extensions.conf", line: `exten => connect,1,Bridge(\${EARSHOT_WITH})` },
    ],
    [
      "a destination for transfers of a supervision",
      "extensions.conf [earshot-no-transfer]",
      "fail",
      /must be empty/,
      {
        file: "extensions.conf",
        line: "[earshot-no-transfer]",
        instead: "[earshot-no-transfer]\nexten => 4001,1,Dial(PJSIP/4001)",
      },
    ],
    [
      "a person without a lamp",
      "extensions.conf [earshot-lamps]",
      "note",
      /no hint for lamp2001:/,
      { file: "extensions.conf", line: "exten => lamp2001,hint,Stasis:lamp2001" },
    ],
    [
      "a lamp of somebody else",
      "extensions.conf [earshot-lamps]",
      "note",
      /no hint for lamp2001:/,
      {
        file: "extensions.conf",
        line: "exten => lamp2001,hint,Stasis:lamp2001",
        instead: "exten => lamp2001,hint,Stasis:lamp2002",
      },
    ],
    [
      "lamps that no phone can watch",
      "extensions.conf include earshot-lamps",
      "note",
      /2001 \(phones\)/,
      { file: "extensions.conf", line: "include => earshot-lamps" },
    ],
    [
      "a lamp that watches a supervision account",
      "extensions.conf hints of supervision accounts",
      "fail",
      /lamp2001@earshot-lamps \(Stasis:lamp2001&PJSIP\/3001-sup\)/,
      {
        file: "extensions.conf",
        line: "exten => lamp2001,hint,Stasis:lamp2001",
        instead: "exten => lamp2001,hint,Stasis:lamp2001&PJSIP/3001-sup",
      },
    ],
    [
      "a queue that does not tell its name",
      "queues.conf [earshot-queue] setqueuevar",
      "fail",
      /is not yes for support/,
      { file: "queues.conf", line: "setqueuevar = yes" },
    ],
    [
      "a queue that does not tell the member",
      "queues.conf [earshot-queue] setinterfacevar",
      "fail",
      /is not yes for support/,
      { file: "queues.conf", line: "setinterfacevar = yes", instead: "setinterfacevar = no" },
    ],
    [
      "a queue that does not tell the caller's wait",
      "queues.conf [earshot-queue] setqueueentryvar",
      "fail",
      /is not yes for support/,
      { file: "queues.conf", line: "setqueueentryvar = yes" },
    ],
    [
      "no way to make phones read their configuration",
      "pjsip_notify.conf [earshot-resync]",
      "note",
      /is not there/,
      { file: "pjsip_notify.conf", line: "[earshot-resync]", instead: "[other]" },
    ],
  ])("that has %s is told so by the line `%s`", async (_, line, status, words, slip) => {
    expect((await told(slipped(slip)))[line]).toMatchObject({ status, sentence: expect.stringMatching(words) });
  });

  it("that has no queues is not told that it does not permit to pause in them", async () => {
    const lines = await told(slipped({ file: "modules.conf", line: "load=app_queue.so" }));
    expect(by("fail", lines)).toEqual([]);
    expect(lines["queues.conf [earshot-queue] setqueuevar"]).toEqual({ status: "ok", sentence: "there is no queue" });
  });

  it("that has bridge_native_rtp is told what that gives away", async () => {
    const lines = await told({ modules: ["bridge_native_rtp"] });
    const line = lines["modules.conf [modules] noload bridge_native_rtp.so"];
    expect(line).toMatchObject({ status: "note", sentence: expect.stringMatching(/SSRC.*hidden supervisor/) });
  });

  it("that lacks a variable shows it by a call, whatever the file says since", async () => {
    const channelvars = slipped({
      file: "ari.conf",
      line: "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,BRIDGEPEER,CHANNEL(linkedid)",
      instead: "channelvars = QUEUENAME",
    });
    const line = (await told(channelvars, { meanwhile: aCall }))["ari.conf [general] channelvars"];
    expect(line).toMatchObject({
      status: "fail",
      sentence: expect.stringMatching(/CHANNEL\(linkedid\), as a call shows/),
    });
  });

  it("that has other passwords than earshot has written is told for whom", async () => {
    const lab = {
      edited: (name: string, text: string) =>
        name === "pjsip.conf" ? text.replace(/(username = 3001-sup\npassword = ).*/, "$1other") : text,
    };
    const line = (await told(lab))["pjsip.conf supervision accounts auth"];
    expect(line).toMatchObject({ status: "note", sentence: expect.stringMatching(/^3001-sup: another password/) });
    expect(JSON.stringify(line)).not.toContain('"other"');
  });

  it("that knows nothing of a person is told who", async () => {
    const lines = await told({}, { people: [aStranger] });
    expect(lines["pjsip.conf endpoints of people"]).toEqual({ status: "fail", sentence: "the PBX has no 2999" });
    expect(lines["pjsip.conf supervision accounts"]).toMatchObject({
      status: "fail",
      sentence: expect.stringMatching(/2999-sup/),
    });
  });
});

/** A call that needs no phone. */
async function aCall(lab: AsteriskLab): Promise<void> {
  const query = new URLSearchParams({ endpoint: "Local/echo@phones", extension: "echo", context: "phones" });
  await lab.ari("POST", `/channels?${query}`);
  await expect.poll(async () => (await lab.ari("GET", "/channels")) as unknown[]).not.toEqual([]);
}
