import * as z from "zod";
import {
  answerStyles,
  discoveryWays,
  lampWays,
  paceLimits,
  parseBranchId,
  parseName,
  parsePersonId,
  phoneForms,
  pushWays,
  roles,
} from "../model/index.js";
import { listed } from "./paths.js";
import { provisioningShape } from "./provisioning.js";
import { tlsShape } from "./server-identity.js";
import { choice, choiceWords, list, map, matching, type Raw, shaped, text, value } from "./shapes.js";
import {
  parseAriUrl,
  parseBrokerUrl,
  parseConfigurationUrl,
  parseContext,
  parseEndpoint,
  parseHookUrl,
  parseListen,
  parsePhoneOrigin,
  parsePublicUrl,
  parseShownLanguage,
  parseSipUrl,
} from "./values.js";

const name = shaped("1 to 200 characters on one line", parseName);
const host = phoneForms.address;
const port = shaped("a port from 1 to 65535", (written) => {
  const number = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  return number >= 1 && number <= 65535 ? number : undefined;
});
const seed = shaped("a whole number", (written) => (/^\d{1,9}$/.test(written) ? Number(written) : undefined));
const speed = shaped(`a number from ${paceLimits.least} to ${paceLimits.most}`, (written) => {
  const number = /^\d{1,2}(?:\.\d{1,3})?$/.test(written) ? Number(written) : 0;
  return number >= paceLimits.least && number <= paceLimits.most ? number : undefined;
});
const supervisors = shaped("a whole number from 1 to 9", (written) => {
  return /^[1-9]$/.test(written) ? Number(written) : undefined;
});
const minutes = shaped("a whole number of minutes from 1 to 1440, or 0 for no limit", (written) => {
  const number = /^\d{1,4}$/.test(written) ? Number(written) : -1;
  return number >= 0 && number <= 1_440 ? number : undefined;
});
const seconds = shaped("a whole number of seconds from 5 to 3600, or 0 for one tone at the beginning", (written) => {
  const number = /^\d{1,4}$/.test(written) ? Number(written) : -1;
  return number === 0 || (number >= 5 && number <= 3_600) ? number : undefined;
});
const days = shaped("a whole number of days from 1 to 36500", (written) => {
  const number = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  return number >= 1 && number <= 36_500 ? number : undefined;
});
const hours = shaped("a whole number of hours from 1 to 24", (written) => {
  const number = /^\d{1,2}$/.test(written) ? Number(written) : 0;
  return number >= 1 && number <= 24 ? number : undefined;
});
const id = shaped("1 to 64 letters, digits, `_` and `-`", parsePersonId);
const branchId = shaped("1 to 50 letters, digits, `_` and `-`", parseBranchId);
const networkInterface = shaped(
  "the name of a network interface, such as `eth0`",
  matching(/^[A-Za-z0-9_.:@-]{1,32}$/),
);
const gateway = shaped("1 to 64 letters, digits, `_` and `-`", matching(/^[A-Za-z0-9_-]{1,64}$/));
const base = shaped(
  "words of letters, digits, `_` and `-`, joined by `/`",
  matching(/^(?=.{1,128}$)[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/),
);
const { extension, mac } = phoneForms;

/** A secret is written, or kept in a file, or in the environment; which one is read is settled by `secrets.ts`. */
const passwordKeys = {
  password: text("a password").optional(),
  passwordFile: text("a file").optional(),
  passwordEnv: text("an environment variable").optional(),
};
const secretKeys = {
  secret: text("a secret").optional(),
  secretFile: text("a file").optional(),
  secretEnv: text("an environment variable").optional(),
};

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
        host: value("the machine of the PBX, such as `127.0.0.1`", host),
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

const site = ["allowed", "forbidden"] as const;
/** What a team or a person forbids. `allowed` may be written and takes nothing back: the strictest wins. */
const switches = {
  hidden: choice(site, "").optional(),
  supervision: choice(site, "").optional(),
};

const person = map(
  {
    id: value("a short name", id).optional(),
    extension: value("the number the person is dialled by", extension),
    name: value("the name shown on phones", name),
    role: choice(roles, `is missing: what the person may do; ${listed(roles)}`),
    teams: list(value("a team", name)),
    language: value("the language of their phones, such as `de`", parseShownLanguage).optional(),
    ...switches,
  },
  "a person",
);

const yesOrNo = ["true", "false"] as const;
const tone = map(
  {
    agent: choice(yesOrNo, "").default("false"),
    customer: choice(yesOrNo, "").default("false"),
    every: value("how many seconds lie between two tones, such as `30`", seconds).default(30),
  },
  "who hears a tone while a visible supervisor listens (`agent`, `customer`, `every`); a hidden one never makes any",
);

const team = map(
  { name: value("the name that people are in it by", name), ...switches, tone: tone.optional() },
  "a team",
);

const neverNumber = shaped(
  "a number such as `+44 20 7946 0958`, or the beginning of some, such as `+4420*`",
  matching(/^(?=.{1,64}$)(?=.*[0-9A-Za-z])[*#]{0,2}[0-9A-Za-z+()./ -]*[*#]?$/),
);
const never = map(
  {
    numbers: list(value("a number", neverNumber)),
    queues: list(value("a queue", name)),
    contexts: list(value("a context of the PBX's dialplan", name)),
  },
  "calls that are never supervised and never shown (`numbers`, `queues`, `contexts`)",
);

const phone = map(
  {
    mac: value("the address on the label of the phone, such as `805ec0aabbcc`", mac),
    vendor: text("who made the phone, by the name of a folder in `phone-templates`"),
    model: text("the model on the label of the phone, such as `T46U`"),
    extension: value("the extension of the person who has the phone", extension),
    answer: choice(answerStyles, "is missing").default("ring"),
    address: value("the phone's address", host).optional(),
    lamp: choice(lampWays, "").optional(),
    branch: value("the branch office that the phone is in", branchId).optional(),
    lampKey: value("the number of the line key that shows who is with the person", phoneForms.lampKey).optional(),
    push: map(
      {
        by: choice(
          pushWays,
          "is missing: `notify` (by the PBX), `http` (straight to the phone) or `message` (notices as texts, by the PBX)",
        ),
        address: value("the phone's own web server, such as `http://192.0.2.31`", parsePhoneOrigin).optional(),
        username: value("the name the phone takes pushes under", name).optional(),
        priority: text("what everything is pushed with, for phones that have priorities").optional(),
        ...passwordKeys,
      },
      "how documents reach the phone, as `by: notify`, `by: http` or `by: message`",
    ).optional(),
  },
  "a phone",
);

const branch = map(
  {
    id: value("a short name", branchId),
    url: value("the broker as the branch reaches it", parseBrokerUrl).optional(),
  },
  "a branch office",
);

const account = map(
  {
    username: value("the name a device signs in with", name),
    ...passwordKeys,
    agent: value("the person whose topics the device may read", id),
  },
  "an account",
);

const desk = map(
  {
    accounts: list(
      map(
        {
          person: value("the id of an administrator", id),
          ...passwordKeys,
        },
        "an account",
      ),
    ),
  },
  "who may open the desk in the browser (`accounts`)",
);

const discovered = map(
  {
    name: value("a network interface of this machine, such as `eth0`", networkInterface),
    pnp: choice(discoveryWays, "").default("off"),
    ssdp: choice(discoveryWays, "").default("off"),
  },
  "a network interface (`name`, `pnp`, `ssdp`)",
);
const discovery = map(
  {
    url: value(
      "where phones get their configuration, such as `https://phones.example.com/`",
      parseConfigurationUrl,
    ).optional(),
    interfaces: list(discovered),
  },
  "on which networks phones are seen (`interfaces`)",
);

const hiddenMissing =
  "is missing, and earshot does not choose for you: `allowed` lets a supervisor listen without the agent being told, " +
  "`forbidden` means that the agent is always told; ask who answers for privacy and labour law at your site";

/** The data folder, beside the file, where none is written. */
export const usualData = "./data";

/** The whole of `earshot.yaml` (design 5a), without what ties its parts together (`rules.ts`). */
export const schema = map(
  {
    gateway: value("a name", gateway).default("main"),
    language: value("the language of phones, such as `de`", parseShownLanguage).default("en"),
    http: map(
      {
        listen: value("where phones are answered, such as `127.0.0.1:8080`", parseListen),
        publicUrl: value("the address phones reach earshot at, such as `http://192.0.2.10:8080`", parsePublicUrl),
        tls: tlsShape.optional(),
      },
      "where phones are answered",
    ),
    data: text("the folder of the databases").default(usualData),
    pbx: z.discriminatedUnion("kind", [asterisk, simulator], {
      error: (issue: Raw) => {
        if (issue.input === undefined) return pbxMissing;
        if (issue.code !== "invalid_union") return "must be a map with keys such as `kind`";
        const { kind } = Object(issue.input);
        return choiceWords(pbxKinds, kind, `is missing: ${listed(pbxKinds)}`);
      },
    }),
    policy: map(
      {
        hidden: choice(site, hiddenMissing),
        supervision: choice(site, "").default("allowed"),
        digits: choice(site, "").default("forbidden"),
        pagesFrom: choice(["anywhere", "registered"], "").default("anywhere"),
        never: never.optional(),
        private: map(
          {
            limit: value("after how many minutes a private call is private no more, such as `15`", minutes).default(15),
          },
          "what holds for private calls (`limit`)",
        ).optional(),
        supervisorsPerCall: value("how many supervisors one call takes, such as `3`", supervisors).default(3),
        pin: choice(["required", "off"], "").optional(),
        shift: value("how many hours a shift has", hours).default(10),
      },
      "what the site allows",
    ),
    teams: list(team),
    recording: map(
      {
        mixMonitor: choice(["pause", "leave"], "").default("leave"),
        url: value("where a recorder is told, such as `https://recorder.example.com/private`", parseHookUrl).optional(),
        ...passwordKeys,
      },
      "how recordings are paused while a call is private (`mixMonitor: pause`, `url`)",
    ).optional(),
    audit: map(
      { keepDays: value("how many days the record is kept, such as `365`", days) },
      "how long the record is kept",
    ).optional(),
    mqtt: map(
      {
        embedded: map(
          {
            listen: value("where lamps sign in, such as `127.0.0.1:1883`", parseListen),
            accounts: list(account),
          },
          "the broker inside earshot",
        ).optional(),
        url: value("an outside broker", parseBrokerUrl).optional(),
        username: value("a user of the broker", name).optional(),
        caFile: text("a file").optional(),
        certFile: text("a file").optional(),
        keyFile: text("a file").optional(),
        ...passwordKeys,
        base: value("the first word of every topic", base).default("earshot"),
        homeAssistant: map(
          {
            prefix: value("the first word of its discovery topics", base).default("homeassistant"),
            username: value("the name that Home Assistant signs in with", name).optional(),
            ...passwordKeys,
          },
          "that Home Assistant is told of everybody's devices (`prefix`, `username`, `password`)",
        ).optional(),
      },
      "the message bus, as `embedded: { listen: 127.0.0.1:1883 }` or as `url` of an outside broker",
    ),
    people: list(person),
    phones: list(phone),
    branches: list(branch),
    desk: desk.optional(),
    provisioning: provisioningShape.optional(),
    discovery: discovery.optional(),
  },
  "the configuration",
);

/** What the schema makes of a right file; secrets are not read yet. */
export type Written = z.output<typeof schema>;
