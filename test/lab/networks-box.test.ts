import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BoxBench, OFFICE } from "./box-bench.ts";
import type { Started } from "./box-floor.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();
const macs = { yealink: "805ec0aabb01", polycom: "0004f2aabb02" } as const;
const models = { yealink: "T46U", polycom: "VVX411" } as const;

describe(`from the box to a working supervisor phone, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const office = new BoxBench();

  beforeAll(() => office.start(), 60_000);
  afterEach(() => office.clear());
  afterAll(() => office.stop());

  it.each([["yealink"], ["polycom"]] as const)("%s, full, a certificate that phones know", async (make) => {
    const mac = macs[make];
    const { certificate: cert, key, ca } = office.publicCa;
    await office.ask("proxy", { port: 8443, cert, key, to: { host: OFFICE.server, port: 8080 } });
    const earshot = await office.earshot({
      phones: [{ mac, vendor: make, model: models[make], extension: "3001", answer: "auto" }],
      provisioning: { mode: "full" },
    });
    expect(await earshot.ask("provision", "enrol", mac)).toMatchObject({ macs: [mac] });

    const dhcp = make === "polycom" ? { dhcp: `${OFFICE.url}/c/` } : {};
    const started = await office.ask<Started>("plugIn", { make, mac, builtIn: [ca], ...dhcp });
    expect(started).toMatchObject({ complaints: [], registered: ["3001", "3001-sup"] });
    expect(await office.contacts("3001")).toContain(OFFICE.desk);
    await office.ask("open", "Live calls");
    await office.ask("call");
    await office.ask("open", "Ana Ruiz");
    expect(await office.ask("listen")).toMatchObject({ missing: [], leaks: 0 });
  });
});
