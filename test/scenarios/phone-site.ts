import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config, Mac, Phone, ProvisioningConfig } from "../../src/model/index.ts";
import type { Issuer } from "../lab/certificate.ts";
import { dataFolder } from "../lab/data-folder.ts";
import { ana, kim } from "../unit/core/world.ts";

/** A phone that rings, of this person. */
export function phoneAt(mac: string, vendor: string, model: string, owner: Phone["owner"]): Phone {
  return { mac: mac as Mac, vendor, model, owner, answer: "ring" };
}

/** A site whose phones are told everything by earshot itself. Kim and Ana have the SIP passwords `sip-kim` and `sip-ana`. */
export async function servedInFull(): Promise<ProvisioningConfig> {
  const accounts = join(await dataFolder("accounts"), "accounts.csv");
  writeFileSync(accounts, `extension,user,password\n${kim.extension},kim,sip-kim\n${ana.extension},ana,sip-ana\n`);
  return {
    ...{ mode: "full", serve: true, accounts },
    sip: { server: "pbx.example.com", port: 5060, transport: "udp" },
  };
}

/** Https by earshot itself, on any port, with a certificate by this authority. */
export async function ownHttps(authority: Issuer): Promise<Config["http"]> {
  const folder = await dataFolder("https");
  const own = authority.issue({ names: ["earshot"], hosts: ["127.0.0.1"] });
  const files = { certFile: join(folder, "own.crt"), keyFile: join(folder, "own.key") };
  writeFileSync(files.certFile, own.certificate);
  writeFileSync(files.keyFile, own.key);
  return { listen: { host: "127.0.0.1", port: 0 }, publicUrl: "https://127.0.0.1:0", tls: files };
}
