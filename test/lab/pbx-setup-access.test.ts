import { describe, expect, it } from "vitest";
import type { AsteriskConfig } from "../../src/model/index.js";
import type { Finding } from "../../src/pbx/asterisk/index.js";
import { asteriskPart } from "./parts.ts";
import { type Slip, slipped, told } from "./told.ts";

const part = await asteriskPart();

const write = "write = system,agent,call";

describe(`a PBX whose access is not as earshot wrote it, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
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
        line: "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,BRIDGEPEER,CHANNEL(linkedid),EARSHOT_PRIVATE",
        instead:
          "channelvars = QUEUENAME,MEMBERNAME,MEMBERINTERFACE,QEHOLDTIME,DIALEDPEERNUMBER,CHANNEL(linkedid),EARSHOT_PRIVATE",
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
      /Setvar \(call: .*Redirect \(call/,
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
  ])("that has %s is told so by the line `%s`", async (_, line, status, words, slip) => {
    expect((await told(slipped(slip)))[line]).toMatchObject({ status, sentence: expect.stringMatching(words) });
  });

  it.each<[what: string, line: string, words: RegExp, slip: Slip]>([
    [
      "the HTTP server off",
      "http.conf [general] enabled",
      /^is no in the file/,
      { file: "http.conf", line: "enabled = yes", instead: "enabled = no" },
    ],
    [
      "ARI off",
      "ari.conf [general] enabled",
      /^is no in the file/,
      { file: "ari.conf", line: "enabled = yes", instead: "enabled = no" },
    ],
    [
      "no ARI user",
      "ari.conf [earshot] type",
      /^is not in the file/,
      { file: "ari.conf", line: "[earshot]", instead: "[other]" },
    ],
    [
      "an ARI password in another form",
      "ari.conf [earshot] password_format",
      /^is crypt in the file/,
      { file: "ari.conf", line: "password_format = plain", instead: "password_format = crypt" },
    ],
  ])("at which ARI does not answer, as it has %s, is told so by the line `%s`", async (_, line, words, slip) => {
    const lines = await told({ ...slipped(slip), ari: false });
    expect(lines["pbx.ari"]?.status).toBe("fail");
    expect(lines[line]).toMatchObject({ status: "fail", sentence: expect.stringMatching(words) });
    expect(lines["modules.conf [modules] load"]?.status).toBe("unseen");
  });

  it("at which ARI listens elsewhere is told so by the line `http.conf [general] bindport`", async () => {
    const config = (right: AsteriskConfig) => ({ ...right, ari: { ...right.ari, url: "http://127.0.0.1:9/ari" } });
    const line = (await told({}, { config }))["http.conf [general] bindport"];
    expect(line).toMatchObject({ status: "fail", sentence: expect.stringMatching(/^is \d+ in the file, not 9$/) });
  });

  it("that has another ARI password is told so, and neither password is shown", async () => {
    const config = (right: AsteriskConfig) => ({ ...right, ari: { ...right.ari, password: "wrong-word" } });
    const lines = await told({ secrets: { ari: "right-word", ami: "x" } }, { config });
    expect(lines["ari.conf [earshot] password"]).toEqual({ status: "fail", sentence: "is another in the file" });
    expect(JSON.stringify(lines)).not.toMatch(/wrong-word|right-word/);
  });
});
