import { expect, it } from "vitest";
import type { AuditEntry } from "../../../src/model/index.js";
import { stepOf } from "../../lab/ari-gate.ts";
import type { YealinkPhone } from "../../lab/phones/yealink.ts";
import { Presses } from "../../lab/presses.ts";

const at = 1_000_000;

/** A page that answers one press with another page. */
function page(act: string, ...pages: readonly (readonly [title: string, text: string])[]): YealinkPhone {
  let shown = 0;
  const phone = {
    title: () => pages[shown]?.[0] ?? "",
    text: () => pages[shown]?.[1] ?? "",
    keyUrl: () => `http://127.0.0.1/p/token/do/${act}/-/1.x`,
    press: async () => {
      shown += 1;
      return { url: "", status: 200, start: at, end: at + 20, bytes: 1 };
    },
  };
  return phone as unknown as YealinkPhone;
}

const row = (act: string, outcome: string, when = at + 10, supervisor = "3001"): AuditEntry =>
  ({ id: 1, act, outcome, supervisor, at: when }) as AuditEntry;
const quiet = ["Coaching Ana Ruiz", "Nobody hears you."] as const;
const open = ["Coaching Ana Ruiz", "Ana Ruiz hears you."] as const;

async function missing(phone: YealinkPhone, ...rows: readonly AuditEntry[]): Promise<number> {
  const presses = new Presses(phone, "3001");
  await presses.press("any");
  return presses.missingIn(rows).length;
}

it.each<[what: string, phone: YealinkPhone, rows: readonly AuditEntry[], lost: number]>([
  ["has its row", page("unmute", quiet, open), [row("unmute", "allowed")], 0],
  ["has none", page("unmute", quiet, open), [], 1],
  ["has another's", page("unmute", quiet, open), [row("unmute", "allowed", at, "3002")], 1],
  ["has that of an earlier press", page("unmute", quiet, open), [row("unmute", "allowed", at - 1_000)], 1],
  ["has the row of another act", page("unmute", quiet, open), [row("coach", "allowed")], 1],
  ["is not done yet", page("unmute", quiet, ["Coaching Ana Ruiz", "Your microphone is being opened."]), [], 0],
  ["asks for what is so", page("mute", quiet, quiet), [], 0],
  ["is refused and has no row", page("coach", ["Live calls (1)", ""], ["Not possible", "…"]), [], 1],
  ["ends it and has no row", page("leave", open, ["Ended", "You have left."]), [], 1],
])("a press that %s is told apart", async (_, phone, rows, lost) => {
  expect(await missing(phone, ...rows)).toBe(lost);
});

it.each([
  ["GET", "/ari/channels/17.1", "read the agent's leg"],
  ["GET", "/ari/channels/17.1/rtp_statistics", "count packets"],
  ["GET", "/ari/channels/17.1/variable?variable=PJSIP_AOR(3001-sup%2Ccontact)", "read the contacts"],
  ["GET", "/ari/channels/17.1/variable?variable=MIXMONITOR_FILENAME", "read MIXMONITOR_FILENAME"],
  ["GET", "/ari/asterisk/modules", "read asterisk modules"],
  ["GET", "/ari/bridges/b1", "read the call's bridge"],
  ["GET", "/ari/bridges", "read bridges"],
  ["POST", "/ari/channels/es-0a1b2c3d-x1-leg/variable?variable=TIMEOUT(absolute)", "renew the lease"],
  ["POST", "/ari/channels/17.1/snoop/es-0a1b2c3d-x1-ear-t1?spy=both", "make ear"],
  ["POST", "/ari/bridges/es-0a1b2c3d-x1-earbridge/addChannel?channel=x", "join earbridge"],
  ["DELETE", "/ari/channels/es-0a1b2c3d-x1-voice-t1", "end voice"],
  ["GET", "/ari/channels/es-0a1b2c3d-x1-voice-t1", "read voice"],
])("the gate calls %s %s `%s`", (method, url, step) => {
  expect(stepOf(method, url)).toBe(step);
});
