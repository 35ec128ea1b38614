import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BoxBench, OFFICE } from "./box-bench.ts";
import type { Started } from "./box-floor.ts";
import { firstContact, ownFiles, shelfAt } from "./box-provisioner.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();
const macs = { yealink: "805ec0aabb01", polycom: "0004f2aabb02" } as const;
const models = { yealink: "T46U", polycom: "VVX411" } as const;
type Make = keyof typeof macs;

describe(`from the box to a working supervisor phone in three commands, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
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

  /** After the power was off, and when its window gives it no more: it signs in by what it was told, and is registered. */
  async function stays(make: Make): Promise<void> {
    await office.ask("powerOn");
    await office.ask("powerOn");
    const again = await office.ask<Started>("powerOn");
    const own = make === "yealink" ? `${macs[make]}.cfg` : `earshot-${macs[make]}.cfg`;
    expect(again.fetched).toContain(`GET ${OFFICE.url}/c/${own} 200 by password`);
    expect(again).toMatchObject({ complaints: [], registered: ["3001", "3001-sup"] });
  }

  /** The second command. */
  async function added(earshot: GatewayProcess, make: Make, ...more: readonly string[]): Promise<void> {
    const of = ["--vendor", make, "--model", models[make], "--extension", "3001", "--answer", "auto"];
    expect(await earshot.ask("phones", "add", macs[make], ...of, ...more)).toMatchObject({ mac: macs[make] });
  }

  /** The third where earshot tells phones everything. */
  async function enrolled(earshot: GatewayProcess, make: Make): Promise<void> {
    expect(await earshot.ask("provision", "enrol", macs[make])).toMatchObject({ macs: [macs[make]] });
  }

  it.each([["yealink"], ["polycom"]] as const)("%s, full, a certificate that phones know", async (make) => {
    const earshot = await office.earshot({ provisioning: { mode: "full" }, by: office.publicCa });
    await added(earshot, make);
    await enrolled(earshot, make);
    await works(make, `${OFFICE.url}/c/`);
  });

  it.each([["yealink"], ["polycom"]] as const)(
    "%s, full, an authority of the site's own, which earshot tells phones at first",
    async (make) => {
      const firstContact = { listen: `${OFFICE.server}:8081`, url: OFFICE.first, caFile: "ca.pem" };
      const earshot = await office.earshot({ provisioning: { mode: "full", firstContact }, by: office.privateCa });
      await added(earshot, make);
      await enrolled(earshot, make);
      await works(make, `${OFFICE.first}/c/`);
      await stays(make);
    },
  );

  it.each([["yealink"], ["polycom"]] as const)(
    "%s, overlay, a certificate that phones know: one line more in the file of another provisioner",
    async (make) => {
      const earshot = await office.earshot({
        ...{ provisioning: { mode: "overlay" }, by: office.publicCa },
        discovery: OFFICE.files,
      });
      await added(earshot, make, "--lamp-key", "3");
      const files = await provisionerFiles(earshot, make);
      await office.ask("shelf", shelfAt(OFFICE.files, files, office.publicCa));
      await works(make, OFFICE.files);
    },
  );

  it.each([["yealink"], ["polycom"]] as const)(
    "%s, overlay, an authority of the site's own, which its provisioner tells phones at first",
    async (make) => {
      const earshot = await office.earshot({
        ...{ provisioning: { mode: "overlay" }, by: office.privateCa },
        discovery: OFFICE.firstFiles,
      });
      await added(earshot, make, "--lamp-key", "3");
      const files = await provisionerFiles(earshot, make);
      await office.ask("shelf", shelfAt(OFFICE.firstFiles, firstContact(make, macs[make], office.privateCa.ca)));
      await office.ask("shelf", shelfAt(OFFICE.files, files, office.privateCa));
      await works(make, OFFICE.firstFiles);
    },
  );

  async function provisionerFiles(earshot: GatewayProcess, make: Make) {
    const { lab } = office;
    return ownFiles(make, macs[make], lab.account("3001"), lab.ports.sip, await lineOf(earshot, make));
  }

  /** The third command beside another provisioner: the line with the address of the phone's own file, by its recipe. */
  async function lineOf(earshot: GatewayProcess, make: Make): Promise<string> {
    const { recipe } = (await earshot.ask("provision", "recipe", make, "address", macs[make])) as { recipe: string };
    const line = recipe.split("\n").find((one) => one.includes(`${OFFICE.url}/c/`));
    if (line === undefined) throw new Error(`no line of the recipe has the address:\n${recipe}`);
    return line.trim();
  }
});
