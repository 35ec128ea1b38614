import { describe, expect, it } from "vitest";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../src/model/index.js";
import { LAB_GATEWAY } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";
import { aCall, by, readsThemGladly, slipped, told } from "./told.ts";

const part = await asteriskPart();

const aStranger: Person = {
  id: "2999" as PersonId,
  extension: "2999" as Extension,
  name: "Nobody",
  role: "team-manager",
  teams: [],
};

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
      "pjsip.conf [earshot-supervision] disallow",
      "extensions.conf [earshot-no-transfer]",
      "confbridge.conf [earshot-room] type",
      "confbridge.conf [earshot-party] type",
      "confbridge.conf [earshot-party] quiet",
      "confbridge.conf [earshot-party] announce_only_user",
      "confbridge.conf [earshot-party] dtmf_passthrough",
      "queues.conf [earshot-queue] setqueuevar",
      "queues.conf [earshot-queue] setinterfacevar",
      "queues.conf [earshot-queue] setqueueentryvar",
      "pjsip_notify.conf [earshot-resync] Event",
      "pjsip_notify.conf [earshot-resync] Content-Length",
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
    expect(by("unseen", lines)).toContain(`extensions.conf [earshot-${LAB_GATEWAY}] _takeover.`);
    expect(by("ok", lines)).toContain("pjsip.conf [earshot-supervision] allow_transfer");
  });

  it("that ARI does not answer at shows nothing, and nothing is called ok but AMI's lines", async () => {
    const config = (right: AsteriskConfig) => ({ ...right, ari: { ...right.ari, url: "http://127.0.0.1:9/ari" } });
    const lines = await told({}, { config });
    expect(lines["pbx.ari"]).toEqual({ status: "fail", sentence: "nobody answers at 127.0.0.1:9" });
    expect(lines["http.conf [general] enabled"]?.status).toBe("unseen");
    expect(by("ok", lines).filter((name) => /^(?:pjsip|ari|http|modules)/.test(name))).toEqual([]);
  });

  it("that lets a key watch a supervision account by a pattern is told so", async () => {
    const dialplan = `[phones]\nexten => _X.,hint,PJSIP/\${EXTEN}\n`;
    const lines = await told({ dialplan });
    const line = lines["extensions.conf hints of supervision accounts"];
    expect(line).toMatchObject({
      status: "fail",
      sentence: expect.stringContaining("3001-sup@phones (PJSIP/3001-sup)"),
    });
    expect(lines["extensions.conf include earshot-lamps"]?.status).toBe("ok");
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
      line: "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,BRIDGEPEER,CHANNEL(linkedid),EARSHOT_PRIVATE",
      instead: "channelvars = QUEUENAME",
    });
    const line = (await told(channelvars, { meanwhile: aCall }))["ari.conf [general] channelvars"];
    expect(line).toMatchObject({
      status: "fail",
      sentence: expect.stringMatching(/EARSHOT_PRIVATE, as a call shows/),
    });
  });

  it("that has other passwords than earshot has written is told for whom", async () => {
    const lab = {
      edited: (name: string, text: string) =>
        name === "pjsip.conf" ? text.replace(/(username = 3001-sup\npassword = ).*/, "$1other") : text,
    };
    const line = (await told(lab))["pjsip.conf supervision accounts password"];
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
