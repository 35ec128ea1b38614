import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { AmiSession } from "../../src/pbx/asterisk/check/ami-session.js";
import { AsteriskLab } from "./asterisk.ts";
import { now } from "./clock.ts";
import { LAB_GATEWAY } from "./earshot-config.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { Phones } from "./phones.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const app = `earshot-${LAB_GATEWAY}`;

interface Started {
  readonly type: string;
  readonly args: readonly string[];
  readonly channel: { readonly id: string; readonly name: string };
}

describe(`the context that setup writes for take-over, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  let agent: Phone;
  let customer: Phone;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    agent = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
  });

  afterAll(async () => {
    await phones.stop();
    await lab.stop();
  });

  it("R13 with the rights that setup gives, both legs come to earshot, and go back to the PBX, which connects them", async () => {
    const started: Started[] = [];
    const socket = new WebSocket(lab.ariEventsUrl(app));
    socket.on("message", (text) => {
      const event = JSON.parse(String(text)) as Started;
      if (event.type === "StasisStart") started.push(event);
    });
    await expect.poll(() => socket.readyState, { timeout: 10_000 }).toBe(WebSocket.OPEN);
    const out = await customer.dial("2001");
    const at = await agent.incoming();
    await at.answer();
    await new Ear(at).hears(TONES.customer);

    const ami = await AmiSession.open(
      { host: lab.host, port: lab.ports.ami, ...lab.amiUser },
      AbortSignal.timeout(10_000),
    );
    if (!ami.ok) throw new Error(ami.why);
    const channels = (await lab.ari("GET", "/channels")) as { readonly id: string; readonly name: string }[];
    const named = (device: string) => {
      const found = channels.find(({ name }) => name.startsWith(`PJSIP/${device}-`));
      if (found === undefined) throw new Error(`${device} has no channel`);
      return found;
    };
    const redirected = await ami.value.ask("Redirect", [
      ["Channel", named("trunk").name],
      ["ExtraChannel", named("2001").name],
      ["Context", app],
      ["ExtraContext", app],
      ["Exten", "take-over"],
      ["ExtraExten", "take-over"],
      ["Priority", "1"],
      ["ExtraPriority", "1"],
    ]);
    expect(redirected).toMatchObject({ ok: true });
    await expect
      .poll(() => started.map(({ args }) => args), { timeout: 5_000 })
      .toEqual([["take-over"], ["take-over"]]);
    expect(started.map(({ channel }) => channel.id).sort()).toEqual([named("2001").id, named("trunk").id].sort());

    const back = new URLSearchParams({ context: app, extension: "connect", priority: "1" });
    const name = new URLSearchParams({ variable: "EARSHOT_WITH", value: named("2001").name });
    await lab.ari("POST", `/channels/${named("trunk").id}/variable?${name}`);
    const from = now();
    await lab.ari("POST", `/channels/${named("trunk").id}/continue?${back}`);
    await new Ear(at).hears(TONES.customer, from);
    await new Ear(out).hears(TONES.agent, from);
    const paused = await ami.value.ask("QueuePause", [
      ["Queue", "support"],
      ["Interface", "PJSIP/2001"],
      ["Paused", "true"],
      ["Reason", "earshot"],
    ]);
    expect(paused).toMatchObject({ ok: true });
    ami.value.close();
    socket.close();
    await out.hangUp();
  });
});
