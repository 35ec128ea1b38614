import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayBench, phoneOf } from "../scenarios/bench.ts";
import { ana, kim } from "../unit/core/world.ts";
import { AsteriskLab } from "./asterisk.ts";
import { labPbx } from "./earshot-config.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { PolycomPhone } from "./phones/polycom.ts";
import { Phones } from "./phones.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const lab = new AsteriskLab();
const phones = new Phones(lab);
const page = new PolycomPhone({ model: "VVX_411" });
let anas: Phone;
let bench: GatewayBench;

beforeAll(async () => {
  await lab.start();
  await phones.start();
  anas = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
});

afterAll(async () => {
  await page.stop();
  await bench.stop();
  await phones.stop();
  await lab.stop();
});

describe(`a Polycom supervises, and a BLF key watches the agent's lamp, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  it("R5 is put out at the start, is lit by a visible supervisor, and is not touched by a hidden one", async () => {
    await lab.ari("PUT", "/deviceStates/Stasis:lamp2001?deviceState=INUSE");
    await anas.subscribe("lamp2001");
    await anas.lamp("lamp2001", "confirmed");
    const customer = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    await phones.add({ account: lab.account("3001") });
    await phones.add({ account: lab.account("3001-sup") });
    const common = { vendor: "polycom", model: "VVX411", answer: "auto" } as const;
    bench = new GatewayBench({
      config: {
        pbx: labPbx({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser }),
        phones: [
          { ...common, mac: phoneOf.ana, owner: ana.id },
          { ...common, mac: phoneOf.kim, owner: kim.id },
        ],
      },
    });
    await bench.start();
    await anas.lamp("lamp2001", "terminated");

    const out = await customer.dial("2001", { identity: { number: "+4930123456", name: "Carla Voss" } });
    await (await anas.incoming()).answer();
    await out.answered();
    const board = async (): Promise<string | undefined> => {
      await page.open(await bench.launcher(phoneOf.kim));
      return page.rows().find((row) => row.includes("Ana Ruiz"));
    };
    await expect.poll(board, { timeout: 10_000 }).toBeDefined();
    const sip = anas.sip.length;
    await page.press((await board()) ?? "no call of Ana's");
    await page.press("Listen");
    await page.press("Hidden");
    await expect
      .poll(async () => page.open(await bench.launcher(phoneOf.kim)).then(() => page.keys()), { timeout: 10_000 })
      .toContain("Visible");
    await anas.settle();
    expect(anas.sip.length).toBe(sip);

    await page.press("Visible");
    await anas.lamp("lamp2001", "confirmed");
    await page.press("Leave");
    await anas.lamp("lamp2001", "terminated");
    expect(anas.lamps("lamp2001").map(({ state }) => state)).not.toContain("early");
    await out.hangUp();
  });
});
