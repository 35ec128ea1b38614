import { now } from "../lab/clock.ts";
import { type AriUser, BareMouth } from "./bare-mouth.ts";
import { moment } from "./moment.ts";

/** The floor of "press to ear": a bare script that opens and closes a coach's mouth when it is told to. */
interface Orders {
  readonly connect?: { readonly user: AriUser; readonly agent: string; readonly leg: string };
  readonly open?: true;
  readonly close?: true;
}

let mouth: BareMouth | undefined;

process.on("message", async ({ connect, open, close }: Orders) => {
  if (connect !== undefined) {
    mouth = await BareMouth.connect(connect.user, connect.agent, connect.leg);
    process.send?.({ clock: now() - moment() });
  }
  if (open) {
    const begun = now();
    await mouth?.open();
    process.send?.({ begun });
  }
  if (close) {
    await mouth?.close();
    process.send?.({ closed: true });
  }
});
process.channel?.ref();
console.log("ready");
