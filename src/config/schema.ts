import type * as z from "zod";
import {
  answerStyles,
  discoveryWays,
  lampWays,
  parseBranchId,
  parsePersonId,
  phoneForms,
  pushWays,
  roles,
} from "../model/index.js";
import { listed } from "./paths.js";
import { pbxShape } from "./pbx-shape.js";
import { policyShape, switches } from "./policy-shape.js";
import { provisioningShape } from "./provisioning.js";
import { tlsShape } from "./server-identity.js";
import { choice, list, map, matching, passwordKeys, shaped, text, value, whole } from "./shapes.js";
import {
  name,
  parseBrokerUrl,
  parseConfigurationUrl,
  parseHookUrl,
  parseListen,
  parsePhoneOrigin,
  parsePublicUrl,
  parseShownLanguage,
} from "./values.js";

const host = phoneForms.address;
const seconds = shaped("a whole number of seconds from 5 to 3600, or 0 for one tone at the beginning", (written) => {
  const number = /^\d{1,4}$/.test(written) ? Number(written) : -1;
  return number === 0 || (number >= 5 && number <= 3_600) ? number : undefined;
});
const days = whole("a whole number of days from 1 to 36500", 1, 36_500);
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
    pbx: pbxShape,
    policy: policyShape,
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
