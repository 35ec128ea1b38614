import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSecrets } from "../../src/store/index.ts";
import { AsteriskLab } from "./asterisk.ts";
import type { FloorOptions } from "./box-floor.ts";
import { type ServerCertificate, serverCertificate } from "./certificate.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Hosted } from "./hosted.ts";
import { Networks } from "./networks.ts";

const floor = new URL("box-floor.ts", import.meta.url).pathname;

/** Where everything is in this office; names by the DNS of its floor. */
export const OFFICE = {
  server: "10.61.1.1",
  desk: "10.61.1.31",
  others: "10.61.1.41",
  name: "earshot.example",
  provisioner: "phones.example",
  url: "https://earshot.example:8443",
  first: "http://earshot.example:8081",
  files: "https://phones.example:9443/",
  firstFiles: "http://phones.example:9080/",
} as const;

/**
 * An office: a server with a real Asterisk, on which an earshot is started for each case, and a floor with phones, which only a
 * cable joins. The PBX has been set up with the key that every earshot here has.
 */
export class BoxBench {
  readonly networks = new Networks();
  readonly #folders: string[] = [];
  readonly #secretKey = randomBytes(32);
  #lab: AsteriskLab | undefined;
  #floor: Hosted | undefined;
  #gateway: GatewayProcess | undefined;

  /** The authority that phones know from the factory, and the site's own, each with a certificate for every name here. */
  readonly publicCa: ServerCertificate = serverCertificate([], [OFFICE.name, OFFICE.provisioner]);
  readonly privateCa: ServerCertificate = serverCertificate([], [OFFICE.name, OFFICE.provisioner]);

  get lab(): AsteriskLab {
    if (!this.#lab) throw new Error("the office is not open");
    return this.#lab;
  }

  async start(): Promise<void> {
    const { networks } = this;
    await networks.host("server");
    await networks.host("floor");
    await networks.cable(
      { host: "server", interface: "floor0", address: `${OFFICE.server}/24` },
      { host: "floor", interface: "eth0", address: `${OFFICE.desk}/24` },
    );
    await networks.address("floor", "eth0", `${OFFICE.others}/24`);
    const folder = await mkdtemp(join(tmpdir(), "earshot-box-"));
    this.#folders.push(folder);
    await writeFile(join(folder, "secret.key"), this.#secretKey, { mode: 0o600 });
    const { accountPassword } = await loadSecrets(folder);
    const host = { on: networks.on("server"), address: OFFICE.server };
    this.#lab = new AsteriskLab({ host, ari: false, passwords: { "3001-sup": accountPassword("3001-sup") } });
    await this.#lab.start();
    const options: FloorOptions = {
      pbx: { host: OFFICE.server, sip: this.#lab.ports.sip },
      agent: this.#lab.account("2001"),
      customer: this.#lab.account("trunk"),
      names: { [OFFICE.name]: OFFICE.server, [OFFICE.provisioner]: OFFICE.others },
      address: OFFICE.others,
      desk: OFFICE.desk,
    };
    const file = join(folder, "floor.json");
    await writeFile(file, JSON.stringify(options), { mode: 0o600 });
    this.#floor = new Hosted(networks.on("floor"), process.execPath, "--import", "tsx", floor, file);
    await this.ask("start");
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
    this.#floor?.child.kill("SIGKILL");
    await this.#lab?.stop();
    await this.networks.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  /** Has the floor do something. */
  async ask<Told>(work: string, given: unknown = null): Promise<Told> {
    if (!this.#floor) throw new Error("the office is not open");
    return (await this.#floor.ask(work, JSON.stringify(given))) as Told;
  }

  /** `earshot start`, the first command, by a configuration that adds this to what every office has: it has no phones yet. */
  async earshot({
    provisioning,
    discovery: url,
    by: { certificate, key, ca },
  }: {
    readonly provisioning: object;
    /** Where phones are sent; to earshot itself where nothing is said. */
    readonly discovery?: string;
    /** Whose certificate it has. */
    readonly by: ServerCertificate;
  }): Promise<GatewayProcess> {
    const { lab } = this;
    const gateway = new GatewayProcess(
      {
        http: {
          ...{ listen: `${OFFICE.server}:8443`, publicUrl: OFFICE.url },
          tls: { certFile: "earshot.crt", keyFile: "earshot.key" },
        },
        pbx: {
          kind: "asterisk",
          ari: { url: lab.ariUrl, ...lab.ariUser },
          ami: { host: lab.host, port: lab.ports.ami, ...lab.amiUser },
          endpoint: "PJSIP/{extension}",
          supervisionEndpoint: "PJSIP/{extension}-sup",
        },
        policy: { hidden: "allowed", pin: "off" },
        mqtt: { embedded: { listen: "127.0.0.1:1883" } },
        people: [
          { extension: "3001", name: "Kim Osei", role: "team-manager", teams: ["support"] },
          { extension: "2001", name: "Ana Ruiz", role: "agent", teams: ["support"] },
        ],
        discovery: { ...(url && { url }), interfaces: [{ name: "floor0", pnp: "answer" }] },
        provisioning: { sip: { server: OFFICE.server, port: lab.ports.sip }, serve: true, ...provisioning },
      },
      this.networks.on("server"),
      "sources",
      { "data/secret.key": this.#secretKey, "earshot.crt": certificate, "earshot.key": key, "ca.pem": ca },
    );
    this.#gateway = gateway;
    await gateway.start();
    return gateway;
  }

  /** Ends the earshot of this case, and takes the phone off its desk. */
  async clear(): Promise<void> {
    await this.ask("unplug");
    await this.ask("clear");
    await this.#gateway?.stop();
    this.#gateway = undefined;
  }

  /** The contacts that the PBX has of an account, as it shows them. */
  async contacts(account: string): Promise<string> {
    const shown = await this.lab.cli("pjsip show contacts");
    return shown
      .split("\n")
      .filter((line) => line.includes(` ${account}/`))
      .join("\n");
  }
}
