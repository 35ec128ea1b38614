import { resolve } from "node:path";
import { type ProvisioningConfig, provisioningModes } from "../model/index.js";
import type { Devices } from "./devices.js";
import { type Finding, isMap, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { choice, list, map, matching, shaped, text, value } from "./shapes.js";
import { isLoopback, parseListen, parsePublicUrl, port } from "./values.js";

const host = shaped("a host name or address", matching(/^(?:[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45})$/));
const zone = shaped(
  "the name of a zone, such as `Europe/Berlin`",
  matching(/^(?=.{1,60}$)[A-Za-z_]+(?:\/[A-Za-z_+-]+){0,2}$/),
);

/** What `provisioning` holds. */
export const provisioningShape = map(
  {
    mode: choice(provisioningModes, "").default("overlay"),
    serve: choice(["true", "false"], "").default("false"),
    certificates: list(
      map(
        {
          vendor: text("who made the phones, by the name of a folder in `phone-templates`"),
          caFile: text("a file with the maker's own CA"),
          expired: choice(["refused", "accepted"], "").default("refused"),
        },
        "the CA of a maker (`vendor`, `caFile`, `expired`)",
      ),
    ),
    firstContact: map(
      {
        listen: value("where phones without your CA are answered, such as `0.0.0.0:8081`", parseListen),
        url: value("the address phones reach that at, such as `http://192.0.2.10:8081`", parsePublicUrl),
        caFile: text("a file with your CA"),
      },
      "how phones are told of your own CA (`listen`, `url`, `caFile`)",
    ).optional(),
    folder: text("the folder of the site's own layers").optional(),
    accounts: text("a CSV file of SIP accounts").optional(),
    sip: map(
      {
        server: value("where phones register, such as `pbx.example.com`", host),
        port: value("the port phones register at", port).optional(),
        transport: choice(["udp", "tcp", "tls"], "").default("udp"),
      },
      "where phones register (`server`, `port`, `transport`)",
    ).optional(),
    time: map(
      {
        server: value("where phones have the time from, such as `pool.ntp.org`", host).optional(),
        zone: value("where the phones are, such as `Europe/Berlin`", zone).optional(),
      },
      "the phones' clock (`server`, `zone`)",
    ).optional(),
  },
  "how phones are told what they need (`mode`, `sip`, `accounts`)",
);

type Written = NonNullable<ReturnType<typeof provisioningShape.parse>>;

/** `folder` is that of the configuration. */
export function buildProvisioning(written: Written, folder: string, { makers, own }: Devices) {
  const { sip, folder: layers, accounts, time, mode, serve, certificates, firstContact } = written;
  const authorities = certificates.flatMap(({ vendor, expired }, index) => {
    const ca = makers[index];
    return ca === undefined ? [] : { vendor, ca, expired };
  });
  const { server, zone } = time ?? {};
  const built: ProvisioningConfig = {
    mode,
    ...(serve === "true" && { serve: true }),
    ...(authorities.length > 0 && { certificates: authorities }),
    ...(firstContact &&
      own !== undefined && { firstContact: { listen: firstContact.listen, url: firstContact.url, ca: own } }),
    ...(layers && { folder: resolve(folder, layers) }),
    ...(accounts && { accounts: resolve(folder, accounts) }),
    ...(sip && { sip: { ...sip, port: sip.port ?? (sip.transport === "tls" ? 5061 : 5060) } }),
    ...((server || zone) && { time: { ...(server && { server }), ...(zone && { zone }) } }),
  };
  return built;
}

/** Whoever is told everything has to be told where to register; and files hold passwords, so they go by https. */
export function checkProvisioning(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const part = partAt(reading.tree, ["provisioning"]);
  if (part === undefined || !isMap(part)) return [];
  const findings: Finding[] = [];
  const say = (key: string, words: string): void => {
    const path = ["provisioning", key];
    findings.push({ ...reading.valueAt(path), path, sentence: sentence(path, words) });
  };
  const full = textAt(reading.tree, ["provisioning", "mode"]) === "full";
  if (full && part["sip"] === undefined && !meant.has("provisioning.sip")) {
    say("sip", "is missing: `mode: full` has to tell phones where to register");
  }
  const origin = parsePublicUrl(textAt(reading.tree, ["http", "publicUrl"]) ?? "");
  const url = origin.ok ? new URL(origin.value) : undefined;
  if (part["serve"] === "true" && url?.protocol === "http:" && !isLoopback(url.hostname)) {
    say("serve", "needs `http.publicUrl` with https: the files hold passwords");
  }
  return findings;
}
