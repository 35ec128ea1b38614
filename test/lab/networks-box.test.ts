import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BoxBench, OFFICE } from "./box-bench.ts";
import type { Started } from "./box-floor.ts";
import { otherProvisioner } from "./box-provisioner.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();
const macs = { yealink: "805ec0aabb01", polycom: "0004f2aabb02" } as const;
const models = { yealink: "T46U", polycom: "VVX411" } as const;
type Make = keyof typeof macs;

describe(`from the box to a working supervisor phone, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const office = new BoxBench();

  beforeAll(() => office.start(), 60_000);
  afterEach(() => office.clear());
  afterAll(() => office.stop());

  /** The phone on its desk: it is registered, its key opens the board, and the supervisor listens to a call there. */
  async function works(make: Make, server: string): Promise<void> {
    const dhcp = make === "polycom" ? { dhcp: server } : {};
    const builtIn = [office.publicCa.ca];
    const started = await office.ask<Started>("plugIn", { make, mac: macs[make], builtIn, ...dhcp });
    expect(started).toMatchObject({ complaints: [], registered: ["3001", "3001-sup"] });
    expect(started.fetched.join("\n")).not.toMatch(/unknown_ca|bad_certificate/);
    expect(await office.contacts("3001")).toContain(OFFICE.desk);
    expect(await office.contacts("3001-sup")).toContain(OFFICE.desk);
    await office.ask("open", "Live calls");
    await office.ask("call");
    await office.ask("open", "Ana Ruiz");
    expect(await office.ask("listen")).toMatchObject({ missing: [], leaks: 0 });
  }

  const phoneOf = (make: Make, more = {}) => ({
    ...{ mac: macs[make], vendor: make, model: models[make], extension: "3001", answer: "auto" },
    ...more,
  });

  it.each([["yealink"], ["polycom"]] as const)("%s, full, a certificate that phones know", async (make) => {
    await office.serveTls(office.publicCa);
    const earshot = await office.earshot({ phones: [phoneOf(make)], provisioning: { mode: "full" } });
    expect(await earshot.ask("provision", "enrol", macs[make])).toMatchObject({ macs: [macs[make]] });
    await works(make, `${OFFICE.url}/c/`);
  });

  it.each([["yealink"], ["polycom"]] as const)(
    "%s, overlay, a certificate that phones know: one line more in the file of another provisioner",
    async (make) => {
      await office.serveTls(office.publicCa);
      const earshot = await office.earshot({
        phones: [phoneOf(make, { lampKey: 3 })],
        provisioning: { mode: "overlay" },
        discovery: OFFICE.files,
      });
      const line = await lineOf(earshot, make);
      await office.ask("shelf", otherProvisioner(make, macs[make], office.lab.account("3001"), line, office));
      await works(make, OFFICE.files);
    },
  );

  /** The line with the address of the phone's own file, as the recipe has it. */
  async function lineOf(earshot: GatewayProcess, make: Make): Promise<string> {
    const { recipe } = (await earshot.ask("provision", "recipe", make, "address", macs[make])) as { recipe: string };
    const line = recipe.split("\n").find((one) => one.includes(`${OFFICE.url}/c/`));
    if (line === undefined) throw new Error(`no line of the recipe has the address:\n${recipe}`);
    return line.trim();
  }
});
