import type { Account } from "./accounts.ts";
import { OFFICE } from "./box-bench.ts";
import type { Shelf } from "./box-floor.ts";

/** What another provisioner of the site needs: where phones register, and a certificate of its own. */
interface Site {
  readonly lab: { readonly ports: { readonly sip: number } };
  readonly publicCa: { readonly certificate: string; readonly key: string };
}

/**
 * The provisioner that a site has already: it gives a phone its account, and by one line more, as the recipe has it, sends it
 * to earshot for the rest.
 */
export function otherProvisioner(
  make: "yealink" | "polycom",
  mac: string,
  account: Account,
  line: string,
  { lab, publicCa }: Site,
): Shelf {
  const files = make === "yealink" ? yealink(mac, account, line, lab) : polycom(mac, account, line, lab);
  return { port: Number(new URL(OFFICE.files).port), key: publicCa.key, cert: publicCa.certificate, files };
}

const firstLine = "#!version:1.0.0.1";

function yealink(mac: string, { user, password, name }: Account, line: string, { ports }: Site["lab"]) {
  const settings = [
    ...["account.1.enable = 1", `account.1.label = ${user}`, `account.1.display_name = ${name}`],
    ...[`account.1.user_name = ${user}`, `account.1.auth_name = ${user}`, `account.1.password = ${password}`],
    ...[`account.1.sip_server.1.address = ${OFFICE.server}`, `account.1.sip_server.1.port = ${ports.sip}`],
    ...["linekey.1.type = 15", "linekey.1.line = 1"],
  ];
  return {
    [`/${mac}.boot`]: [firstLine, `include:config "${mac}.cfg"`, line, ""].join("\n"),
    [`/${mac}.cfg`]: [firstLine, ...settings, ""].join("\n"),
  };
}

function polycom(mac: string, { user, password, name }: Account, line: string, { ports }: Site["lab"]) {
  const settings = [
    ...[`reg.1.address="${user}"`, `reg.1.label="${user}"`, `reg.1.displayName="${name}"`],
    ...[`reg.1.auth.userId="${user}"`, `reg.1.auth.password="${password}"`],
    ...[`reg.1.server.1.address="${OFFICE.server}"`, `reg.1.server.1.port="${ports.sip}"`],
  ];
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  return {
    [`/${mac}.cfg`]: `${declaration}\n${line.replace("<your own>", "site")}\n`,
    "/site.cfg": `${declaration}\n<PHONE_CONFIG><reg ${settings.join(" ")}/></PHONE_CONFIG>\n`,
  };
}
