import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/pbx/asterisk/index.js";
import { person } from "../unit/core/world.ts";
import { LAB_GATEWAY } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";
import { type Slip, slipped, told } from "./told.ts";

const part = await asteriskPart();

describe(`a PBX whose telephony is not as earshot wrote it, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  it.each<[what: string, line: string, status: Finding["status"], words: RegExp, slip: Slip]>([
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
      "supervision accounts whose digits are sound",
      "pjsip.conf [earshot-supervision] dtmf_mode",
      "note",
      /digits may be in the sound/,
      { file: "pjsip.conf", line: "dtmf_mode = rfc4733", instead: "dtmf_mode = inband" },
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
      "a supervision account whose phones are not found",
      "pjsip.conf supervision accounts aors",
      "fail",
      /not its own on 3001-sup/,
      { file: "pjsip.conf", line: "aors = 3001-sup" },
    ],
    [
      "a supervision account that is signed in to by another name",
      "pjsip.conf supervision accounts username",
      "note",
      /is another on 3001-sup/,
      { file: "pjsip.conf", line: "username = 3001-sup", instead: "username = kim" },
    ],
    [
      "a supervision account without a place for contacts",
      "pjsip.conf supervision accounts type",
      "fail",
      /no aor 2003-sup/,
      { file: "pjsip.conf", line: "type = aor" },
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
      `extensions.conf [earshot-${LAB_GATEWAY}] _tookover.`,
      "fail",
      /no such extension/,
      { file: "extensions.conf", line: "exten => _tookover.,1,Set(TIMEOUT(absolute)=0)" },
    ],
    [
      "a call that is taken over and keeps its lease",
      `extensions.conf [earshot-${LAB_GATEWAY}] _tookover.`,
      "fail",
      /something else than is written for it: Set\(TIMEOUT\(absolute\)=0\), then/,
      {
        file: "extensions.conf",
        line: "exten => _tookover.,1,Set(TIMEOUT(absolute)=0)",
        instead: "exten => _tookover.,1,NoOp()",
      },
    ],
    [
      "no bridge of their own for two who are left",
      `extensions.conf [earshot-${LAB_GATEWAY}] connect`,
      "fail",
      /no such extension/,
      { file: "extensions.conf", line: `exten => connect,1,Bridge(\${EARSHOT_WITH})` },
    ],
    [
      "no profile for those who are handed over",
      "confbridge.conf [earshot-party] type",
      "fail",
      /would be hung up/,
      { file: "confbridge.conf", line: "type = user" },
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
      "pjsip_notify.conf [earshot-resync] Event",
      "note",
      /is not there/,
      { file: "pjsip_notify.conf", line: "[earshot-resync]", instead: "[other]" },
    ],
    [
      "an order to phones without its length",
      "pjsip_notify.conf [earshot-resync] Content-Length",
      "note",
      /is not there/,
      { file: "pjsip_notify.conf", line: "Content-Length => 0" },
    ],
  ])("that has %s is told so by the line `%s`", async (_, line, status, words, slip) => {
    expect((await told(slipped(slip)))[line]).toMatchObject({ status, sentence: expect.stringMatching(words) });
  });

  it.each<[what: string, line: string, status: Finding["status"], words: RegExp, slip?: Slip]>([
    ["as written", "extensions.conf [earshot-transfer]", "unseen", /right in the file/],
    ["as written", "pjsip.conf [earshot-transfers] set_var", "unseen", /right in the file/],
    ["as written", "extensions.conf [phones] supervisors", "ok", /in force/],
    [
      "other than written",
      "extensions.conf [earshot-transfer]",
      "fail",
      /not as written/,
      { file: "extensions.conf", line: "include => phones", section: "earshot-transfer" },
    ],
    [
      "named by no endpoint",
      "pjsip.conf [earshot-transfers] set_var",
      "note",
      /rings a phone first/,
      { file: "pjsip.conf", line: "set_var = TRANSFER_CONTEXT=earshot-transfer" },
    ],
  ])("R13 a context for transfers that is %s is told by the line `%s`", async (_, line, status, words, slip) => {
    const lines = await told(
      { transferContext: "phones", ...(slip && slipped(slip)) },
      { config: (right) => ({ ...right, transferContext: "phones" }) },
    );
    expect(lines[line]).toMatchObject({ status, sentence: expect.stringMatching(words) });
  });

  it("R13 a supervisor whom nobody can dial there is told: a transfer to them would be lost", async () => {
    const lines = await told(
      { transferContext: "phones" },
      {
        config: (right) => ({ ...right, transferContext: "phones" }),
        people: [person("8001", "Noor Haddad", "team-manager", "support")],
      },
    );
    expect(lines["extensions.conf [phones] supervisors"]).toMatchObject({
      status: "fail",
      sentence: expect.stringContaining("has no 8001"),
    });
  });
});
