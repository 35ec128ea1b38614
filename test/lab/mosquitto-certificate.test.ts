import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { ClientIdentity } from "../../src/model/index.ts";
import { mosquittoAccess, probeBroker } from "../../src/mqtt/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { BusyLight, GatewayBench, listen, people, phoneOf } from "../scenarios/bench.ts";
import { ana, ben } from "../unit/core/world.ts";
import { serverCertificate } from "./certificate.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
const base = "earshot";
const WITHIN_MS = 60_000;

describe(`client certificates on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  let identity: ClientIdentity;
  const lab = new MosquittoLab({
    certificates: true,
    accounts: { nobody: "needs-one" },
    access: (url) => {
      const { certificate: cert, key } = lab.client("earshot main");
      identity = { cert, key };
      // No name is given: it stands in the certificate.
      const file = mosquittoAccess({ gateway: "main", people, mqtt: { kind: "external", base, url, identity } });
      if (!file.ok) throw new Error(file.sentence);
      return file.text;
    },
  });
  const device = (id: string, filters: readonly string[]): Promise<BusyLight> => {
    const { certificate: cert, key } = lab.client(id);
    return BusyLight.connect(lab.url, { username: "", password: "" }, filters, { ca: lab.ca, cert, key });
  };
  const probe = (more: object) => probeBroker({ kind: "external", url: lab.url, ca: lab.ca, ...more });

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it("check: earshot is let in by its certificate", async () =>
    expect(await probe({ identity })).toMatchObject({ ok: true }));

  it.each([
    ["none", () => ({}), /asks for a certificate \(see mqtt\.certFile\)/],
    [
      "one that another authority has signed",
      () => {
        const { certificate: cert, key } = serverCertificate().client("earshot main");
        return { identity: { cert, key } };
      },
      /refuses the certificate in mqtt\.certFile/,
    ],
  ])("check: %s is said in words", async (_what, more, words) =>
    expect(await probe(more())).toEqual({ ok: false, sentence: expect.stringMatching(words) }),
  );

  it("a gateway that signs in by its certificate alone lights the agent's lamp, and each device reads its own", async () => {
    const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
    const mqtt = { kind: "external", base, url: lab.url, ca: lab.ca, identity } as const;
    const bench = new GatewayBench({ pbx, config: { mqtt } });
    await bench.start();
    const [anas, bens] = [await device(ana.id, ["#"]), await device(ben.id, ["#"])];
    pbx.incoming({ to: ana.id, number: "+44155501", name: "" }).answer();
    await listen(await bench.phone(phoneOf.kim), "Visible");
    await anas.until(() => JSON.stringify(anas.last("/lamp") ?? "").includes("Kim Osei"), WITHIN_MS);
    await bens.say(`${base}/agents/${ana.id}/lamp`, "forged");
    await bens.say(`${base}/agents/${ben.id}/help/set`, "ON");
    await bens.until(() => bens.heard.findLast(({ topic }) => topic.endsWith("/help"))?.payload === "ON", WITHIN_MS);
    await bench.stop();
    await anas.until(() => anas.heard.at(-1)?.payload === "offline", WITHIN_MS);
    const others = (light: BusyLight, id: string) =>
      light.heard.filter(({ topic }) => topic.includes("/agents/") && !topic.includes(`/agents/${id}/`));
    expect([...others(anas, ana.id), ...others(bens, ben.id)]).toEqual([]);
    expect(anas.heard.filter(({ payload }) => payload === "forged")).toEqual([]);
    await Promise.all([anas.stop(), bens.stop()]);
  });
});
