import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { until } from "../scenarios/bench.ts";
import { AsteriskLab } from "./asterisk.ts";
import { labConfig, pausesOf } from "./contract-harness.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { Phones } from "./phones.ts";
import { freePorts } from "./ports.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const ditasDesk = "805ec0aa2003";
/** An earshot that has just come back logs in at AMI in its own time. */
const SOON = { timeout: 15_000 };

/** Dita is rung first and then Ben, once as a device and once as FreePBX has it. */
const queues = `
[shift](earshot-queue)
strategy=linear
timeout=30
joinempty=yes
member => PJSIP/2003,0,Dita Novak,PJSIP/2003
member => PJSIP/2002,0,Ben Okafor,PJSIP/2002
[night](earshot-queue)
member => Local/2003@from-queue/n,0,Dita Novak,hint:2003@extensions
`;

describe(`R14 an agent plus at a real queue, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const dialplan = "[extensions]\nexten => 602,1,Answer()\n same => n,Queue(shift,,,,60)\n same => n,Hangup()\n";
  const lab = new AsteriskLab({ queues, dialplan });
  const phones = new Phones(lab);
  const page = new YealinkPhone({ replyMs: 5_000 });
  let gateway: GatewayProcess;
  let launcher: string;
  let at: Record<"ana" | "ben" | "dita" | "leg" | "customer" | "caller", Phone>;

  beforeAll(async () => {
    await lab.start();
    await phones.start();
    const add = (user: string, name = user) => phones.add({ account: lab.account(user), name, hz: TONES.agent });
    at = {
      ana: await add("2001"),
      ben: await add("2002"),
      dita: await add("2003"),
      leg: await add("2003-sup"),
      customer: await add("trunk"),
      caller: await add("4001"),
    };
    const free = await freePorts(2, 2);
    gateway = new GatewayProcess({
      http: { listen: `127.0.0.1:${free}`, publicUrl: `http://127.0.0.1:${free}` },
      pbx: labConfig(lab),
      policy: { hidden: "allowed", pin: "off" },
      mqtt: { embedded: { listen: `127.0.0.1:${free + 1}`, accounts: [] } },
      people: [
        { extension: "2003", name: "Dita Novak", role: "agent-plus", teams: ["support"] },
        { extension: "2001", name: "Ana Ruiz", role: "agent", teams: ["support"] },
      ],
      phones: [{ mac: ditasDesk, vendor: "yealink", model: "T46U", extension: "2003", answer: "auto" }],
    });
    await gateway.start();
    launcher = await gateway.launcher(ditasDesk);
  });

  afterEach(async () => {
    await phones.hangUpAll();
    await pausesAre([undefined, undefined, undefined]);
  });

  afterAll(async () => {
    await page.stop();
    await gateway.stop();
    await phones.stop();
    await lab.stop();
  });

  /** Why neither `night`, `shift` nor `support` rings Dita. */
  const pauses = async () => pausesOf("2003", await lab.cli("queue show"));

  async function pausesAre(wanted: readonly (string | undefined)[]): Promise<void> {
    await vi.waitFor(async () => expect(await pauses()).toEqual(wanted), SOON);
  }

  /** A customer talks to Ana, and Dita listens. */
  async function listen(): Promise<void> {
    const out = await at.customer.dial("2001");
    await (await at.ana.incoming()).answer();
    await out.answered();
    await page.open(launcher);
    await until(page, /> \S+ Ana Ruiz/);
    await page.press("Listen");
    await page.press("Hidden");
    await until(page, /Nobody hears you/);
  }

  /** Whom a caller in the queue `shift` is rung through to first. */
  async function whoIsRung(): Promise<"dita" | "ben"> {
    const rung = ({ events }: Phone) => events.filter(({ type }) => type === "incoming").length;
    const [ditas, bens] = [rung(at.dita), rung(at.ben)];
    const out = await at.caller.dial("602");
    const who = await Promise.any([
      at.dita.until(() => (rung(at.dita) > ditas ? ("dita" as const) : undefined), "a ring"),
      at.ben.until(() => (rung(at.ben) > bens ? ("ben" as const) : undefined), "a ring"),
    ]);
    const call = await at[who].incoming();
    await out.hangUp();
    await call.ended();
    expect([rung(at.dita) - ditas, rung(at.ben) - bens]).toEqual(who === "dita" ? [1, 0] : [0, 1]);
    return who;
  }

  it("is not rung while supervising, and is rung afterwards", async () => {
    expect(await whoIsRung()).toBe("dita");
    await listen();
    await pausesAre(["earshot", "earshot", "earshot"]);
    expect(await whoIsRung()).toBe("ben");
    await page.press("Leave");
    await pausesAre([undefined, undefined, undefined]);
    expect(await whoIsRung()).toBe("dita");
  });

  it("who has paused themselves stays paused, and one who takes calls again meanwhile is left to it", async () => {
    await lab.cli("queue pause member PJSIP/2003 queue shift reason lunch");
    await listen();
    await pausesAre(["earshot", "lunch", "earshot"]);
    await lab.cli("queue unpause member PJSIP/2003 queue support");
    await page.press("Leave");
    await pausesAre([undefined, "lunch", undefined]);
    await lab.cli("queue unpause member PJSIP/2003 queue shift");
  });

  it("killed and started again, what is live stays paused, and what is over is lifted", async () => {
    await listen();
    await pausesAre(["earshot", "earshot", "earshot"]);
    gateway.kill();
    await gateway.gone();
    expect(await pauses()).toEqual(["earshot", "earshot", "earshot"]);
    await gateway.start();
    await page.open(launcher);
    await until(page, /Nobody hears you/);
    expect(await pauses()).toEqual(["earshot", "earshot", "earshot"]);

    gateway.kill();
    await gateway.gone();
    await phones.hangUpAll();
    await gateway.start();
    await pausesAre([undefined, undefined, undefined]);
  });

  it("a supervisor with a call of their own is refused, in words, and so is one whose phone rings", async () => {
    const out = await at.customer.dial("2001");
    await (await at.ana.incoming()).answer();
    await out.answered();
    const own = await at.caller.dial("2003");
    const rings = await at.dita.incoming();
    await page.open(launcher);
    await page.press("Calls");
    await until(page, /> \S+ Ana Ruiz/);
    await page.press("Listen");
    expect(page.text()).toBe("You have a call of your own, or your phone rings. End it first.");
    await rings.answer();
    await own.answered();
    await page.open(launcher);
    await page.press("Calls");
    await until(page, /> \S+ Ana Ruiz/);
    await page.press("Listen");
    expect(page.text()).toMatch(/^You have a call of your own/);
  });
});
