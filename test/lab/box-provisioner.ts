import type { Account } from "./accounts.ts";
import { OFFICE } from "./box-bench.ts";
import type { Shelf } from "./box-floor.ts";

type Files = Readonly<Record<string, string>>;

const firstLine = "#!version:1.0.0.1";
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * What the provisioner that a site has already gives one phone: its account, and by one line more, as the recipe of earshot has
 * it, the way to earshot for the rest.
 */
export function ownFiles(
  make: "yealink" | "polycom",
  mac: string,
  account: Account,
  port: number,
  line: string,
): Files {
  const { user, password, name } = account;
  if (make === "yealink") {
    const settings = [
      ...["account.1.enable = 1", `account.1.label = ${user}`, `account.1.display_name = ${name}`],
      ...[`account.1.user_name = ${user}`, `account.1.auth_name = ${user}`, `account.1.password = ${password}`],
      ...[`account.1.sip_server.1.address = ${OFFICE.server}`, `account.1.sip_server.1.port = ${port}`],
      ...["linekey.1.type = 15", "linekey.1.line = 1"],
    ];
    return {
      [`/${mac}.boot`]: [firstLine, `include:config "${mac}.cfg"`, line, ""].join("\n"),
      [`/${mac}.cfg`]: [firstLine, ...settings, ""].join("\n"),
    };
  }
  const settings = [
    ...[`reg.1.address="${user}"`, `reg.1.label="${user}"`, `reg.1.displayName="${name}"`],
    ...[`reg.1.auth.userId="${user}"`, `reg.1.auth.password="${password}"`],
    ...[`reg.1.server.1.address="${OFFICE.server}"`, `reg.1.server.1.port="${port}"`],
  ];
  return {
    [`/${mac}.cfg`]: `${declaration}\n${line.replace("<your own>", "site")}\n`,
    "/site.cfg": `${declaration}\n<PHONE_CONFIG><reg ${settings.join(" ")}/></PHONE_CONFIG>\n`,
  };
}

/** What the provisioner of a site with an authority of its own gives a phone at first, by plain HTTP: whom to trust, and where to go. */
export function firstContact(make: "yealink" | "polycom", mac: string, ca: string): Files {
  if (make === "yealink") {
    const settings = [
      `static.trusted_certificates.url = ${OFFICE.firstFiles}ca.pem`,
      `static.auto_provision.server.url = ${OFFICE.files}`,
    ];
    return { [`/${mac}.cfg`]: [firstLine, ...settings, ""].join("\n"), "/ca.pem": ca };
  }
  const settings = Object.entries({
    "device.dhcp.bootSrvUseOpt": "Static",
    "device.prov.serverName": OFFICE.files,
    "device.sec.TLS.customCaCert1": ca,
    "device.sec.TLS.profile.caCertList1": "BuiltinAndPlatform1",
  }).map(([key, value]) => `${key}="${value}" ${key}.set="1"`);
  return {
    [`/${mac}.cfg`]: `${declaration}\n<APPLICATION CONFIG_FILES="first.cfg"/>\n`,
    "/first.cfg": `${declaration}\n<PHONE_CONFIG><device device.set="1" ${settings.join(" ")}/></PHONE_CONFIG>\n`,
  };
}

/** One server of that provisioner. */
export function shelfAt(url: string, files: Files, tls?: Shelf["tls"]): Shelf {
  return { port: Number(new URL(url).port), files, ...(tls && { tls }) };
}
