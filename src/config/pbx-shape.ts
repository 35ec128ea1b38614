import * as z from "zod";
import { paceLimits, phoneForms } from "../model/index.js";
import { listed } from "./paths.js";
import { choiceWords, map, matching, passwordKeys, type Raw, secretKeys, shaped, value, whole } from "./shapes.js";
import { name, parseAriUrl, parseContext, parseEndpoint, parseSipUrl, port } from "./values.js";

const seed = whole("a whole number", 0, 999_999_999);
const speed = shaped(`a number from ${paceLimits.least} to ${paceLimits.most}`, (written) => {
  const number = /^\d{1,2}(?:\.\d{1,3})?$/.test(written) ? Number(written) : 0;
  return number >= paceLimits.least && number <= paceLimits.most ? number : undefined;
});
const sipAccount = shaped("1 to 80 letters, digits, `_`, `.` and `-`", matching(/^[A-Za-z0-9_.-]{1,80}$/));
const endpointMeaning = "the device of a person at the PBX, such as `PJSIP/{extension}`";
const asterisk = map(
  {
    kind: z.literal("asterisk"),
    ari: map(
      {
        url: value("where the PBX offers ARI, such as `http://127.0.0.1:8088/ari`", parseAriUrl),
        username: value("the user of `ari.conf`", name),
        ...passwordKeys,
      },
      "how to reach ARI (`url`, `username`, `password`)",
    ),
    ami: map(
      {
        host: value("the machine of the PBX, such as `127.0.0.1`", phoneForms.address),
        port: value("the port of AMI", port).default(5038),
        username: value("the user of `manager.conf`", name),
        ...secretKeys,
      },
      "how to reach AMI (`host`, `port`, `username`, `secret`)",
    ).optional(),
    endpoint: value(endpointMeaning, parseEndpoint).default("PJSIP/{extension}"),
    supervisionEndpoint: value(endpointMeaning, parseEndpoint).optional(),
    sip: map(
      {
        username: value("the name of the account, such as `earshot-blf`", sipAccount),
        url: value("where the PBX takes SIP over WebSocket, such as `ws://127.0.0.1:8088/ws`", parseSipUrl).optional(),
        context: value("the context that has your hints, such as `phones`", parseContext).optional(),
      },
      "an account of earshot's own that watches busy lamps (`username`)",
    ).optional(),
    transferContext: value("the context of the dialplan that phones are in, such as `phones`", parseContext).optional(),
  },
  "the PBX",
);
const simulator = map(
  {
    kind: z.literal("simulator"),
    seed: value("any whole number", seed).default(1),
    speed: value("how many times as fast as a real call centre", speed).default(1),
  },
  "the PBX",
);
/** The kinds of PBX there are. */
export const pbxKinds = ["asterisk", "simulator"] as const;
const pbxMissing = `is missing: the PBX whose calls are supervised, with \`kind: asterisk\` or \`kind: simulator\``;

/** What `pbx` holds. */
export const pbxShape = z.discriminatedUnion("kind", [asterisk, simulator], {
  error: (issue: Raw) => {
    if (issue.input === undefined) return pbxMissing;
    if (issue.code !== "invalid_union") return "must be a map with keys such as `kind`";
    const { kind } = Object(issue.input);
    return choiceWords(pbxKinds, kind, `is missing: ${listed(pbxKinds)}`);
  },
});
