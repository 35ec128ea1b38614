import { type AsteriskConfig, blfKeysOf, type Person, type Phone } from "../../../model/index.js";
import type { ConfFile, ConfLine, ConfSection } from "./conf.js";
import {
  applicationOf,
  lampOf,
  lampPattern,
  modulesFor,
  names,
  nativeBridge,
  queueVariables,
  transferVariable,
} from "./needs.js";
import { sipContexts } from "./sip-account.js";

/** A supervision account: the name of its endpoint, whose it is, and its SIP password. */
export interface Account {
  readonly name: string;
  readonly owner: Person;
  readonly password: string;
}

export const directMedia: ConfLine = {
  key: "direct_media",
  value: "no",
  why: "The audio stays with the PBX. Otherwise there is nothing to attach to, and the phones are called anew when a Listen begins and ends, which betrays a hidden one. Asterisk's own default is yes.",
};

export function modulesConf(config: AsteriskConfig): ConfFile {
  return {
    name: "modules.conf",
    about: "With autoload=yes the load lines change nothing: they say what must be there.",
    sections: [
      {
        name: "modules",
        lines: [
          {
            key: "noload",
            value: nativeBridge,
            why: "Loaded, the RTP streams of both parties (their SSRC) change when a Listen begins and ends: who records packets could tell that a hidden supervisor came. The other way: option t or T in every Dial that reaches an agent.",
          },
          ...modulesFor(config).map(({ name, why }): ConfLine => ({ key: "load", value: name, why })),
        ],
      },
    ],
    secret: false,
  };
}

export const notifySections: readonly ConfSection[] = [
  {
    name: names.resync,
    lines: [
      {
        key: "Event",
        value: "check-sync;reboot=false",
        arrow: true,
        why: "A phone that gets this reads its configuration again, without a restart. The module for NOTIFY does not load without this file.",
      },
      { key: "Content-Length", value: "0", arrow: true, why: "" },
    ],
  },
];

export const notifyConf: ConfFile = {
  name: "pjsip_notify.conf",
  about: "The file takes no [general].",
  sections: notifySections,
  secret: false,
};

const queueLines = queueVariables.map(({ key, why }): ConfLine => ({ key, value: "yes", why }));

export const queuesConf: ConfFile = {
  name: "queues.conf",
  about: `Before your queues. Each queue is then made from it: [support](${names.queue})`,
  sections: [{ name: names.queue, from: "!", lines: queueLines }],
  secret: false,
};

/** The extensions of the take-over context; `check` looks each of them up as it stands here. */
export function handingOver(app: string): readonly ConfLine[] {
  const { takeOver, tookOver, receives, left, connect, connectWith, elseTo, room, roomProfile, partyProfile } = names;
  const line = (key: "exten" | "same", value: string, why = ""): ConfLine => ({ key, value, arrow: true, why });
  const suffix = `\${EXTEN:${takeOver.length}}`;
  const parties = `\${CONFBRIDGE_INFO(parties,\${${room}})}`;
  return [
    line(
      "exten",
      `_${takeOver}.,1,Set(${room}=${app}-${suffix})`,
      "One bridge for three, named behind the word: customer and agent come here together, then whoever gets the call.",
    ),
    line("same", `n,Set(${elseTo}=)`),
    line("same", `n,Set(CHANNEL(hangup_handler_push)=${app},${left},1)`),
    line("same", `n,ConfBridge(\${${room}},${roomProfile},${partyProfile})`),
    line("same", "n,Hangup()"),
    line(
      "exten",
      `_${tookOver}.,1,Set(TIMEOUT(absolute)=0)`,
      "The supervisor's own leg. From here on it has no lease: the call is theirs, and no gateway has to keep it.",
    ),
    line("same", "n,Set(TRANSFER_CONTEXT=)"),
    line("same", `n,Goto(${takeOver}${suffix},1)`),
    line(
      "exten",
      `${receives},1,Set(TIMEOUT(absolute)=0)`,
      "The same when the agent's own phone transfers to the supervisor: whoever is transferred is connected with them here.",
    ),
    line("same", "n,Set(TRANSFER_CONTEXT=)"),
    line("same", `n,Goto(${tookOver},1)`),
    line(
      "exten",
      `${tookOver},1,Wait(2)`,
      "Where one of two waits for a moment, to be connected with the other; not connected, they go back.",
    ),
    line("same", `n,GotoIf($[0${parties} > 0]?back)`),
    line("same", "n,Hangup()"),
    line("same", `n(back),ConfBridge(\${${room}},${roomProfile},${partyProfile})`),
    line("same", "n,Hangup()"),
    line(
      "exten",
      `${connect},1,Bridge(\${${connectWith}})`,
      "When two are left they get a bridge of their own, with hold music as in any call. Whoever was transferred to a supervisor who is gone by then goes where the transfer would have led.",
    ),
    line("same", `n,GotoIf($["\${BRIDGERESULT}" = "SUCCESS" | "\${${elseTo}}" = ""]?over)`),
    line("same", `n,Goto(\${${elseTo}})`),
    line("same", "n(over),Hangup()"),
    line(
      "exten",
      `${left},1,GotoIf($["${parties}" = "1"]?alone)`,
      "Runs when somebody hangs up: who is left alone in such a bridge is hung up too, earshot or not.",
    ),
    line("same", "n,Return()"),
    line("same", `n(alone),ConfKick(\${${room}},all)`),
    line("same", "n,Return()"),
  ];
}

export const confbridgeSections: readonly ConfSection[] = [
  { name: names.roomProfile, about: "What a bridge for three is.", lines: [{ key: "type", value: "bridge", why: "" }] },
  {
    name: names.partyProfile,
    about: "What everybody in it is: nothing is played to them, and digits pass.",
    lines: [
      { key: "type", value: "user", why: "" },
      { key: "quiet", value: "yes", why: "" },
      { key: "announce_only_user", value: "no", why: "" },
      { key: "dtmf_passthrough", value: "yes", why: "" },
    ],
  },
];

export const confbridgeConf: ConfFile = {
  name: "confbridge.conf",
  about: "What legs that are handed over are to ConfBridge, whatever your own profiles say.",
  sections: confbridgeSections,
  secret: false,
};

/** Where transfers to a supervisor wait a moment: with `context`, the site's own, for all others. */
export function transferring(people: readonly Person[], context: string): ConfSection {
  // One that begins with an underscore would be a pattern.
  const supervisors = people.filter(({ role, extension }) => role !== "agent" && !extension.startsWith("_"));
  const lines = supervisors.flatMap(({ extension, name }): ConfLine[] => [
    { key: "exten", value: `${extension},1,Wait(0.3)`, arrow: true, why: name },
    { key: "same", value: `n,Goto(${context},${extension},1)`, arrow: true, why: "" },
  ]);
  return {
    name: names.transfer,
    about:
      "Where a transfer by the phone of an agent begins. To a supervisor it waits for 0.3 s: one who is on that call gets it on the leg they listen with, and their phone is not rung at all. Everything else, and every transfer while earshot is away, goes its usual way.",
    lines: [...lines, { key: "include", value: context, arrow: true, why: "All other destinations." }],
  };
}

/** What is run when the BLF key of a lamp is pressed: its phone is not answered, so that it hears nobody and nobody it. */
export const pressing: readonly ConfLine[] = [
  {
    key: "exten",
    value: `${lampPattern},1,UserEvent(${names.hand})`,
    arrow: true,
    why: "Such a key dials this when it is pressed: whoever's own lamp it is asks for help. earshot is told, and the phone is hung up at once, whether earshot is there or not.",
  },
  { key: "same", value: "n,Hangup()", arrow: true, why: "" },
];

/** What earshot's part of the dialplan is written from. */
export interface DialplanSite {
  readonly gateway: string;
  readonly people: readonly Person[];
  /** Whose BLF keys watch what. */
  readonly phones: readonly Phone[];
  /** Of it: where phones' transfers look for their destination. */
  readonly config: AsteriskConfig;
  /** Whether transfers begin in a context of earshot's where the site wants that. */
  readonly transfers: boolean;
}

/** The contexts of extensions.conf. */
export function dialplan({ config, gateway, people, phones, transfers }: DialplanSite): readonly ConfSection[] {
  const app = applicationOf(gateway);
  const { sip, transferContext } = config;
  return [
    {
      name: app,
      about:
        "Handing a call over. Included nowhere, so nobody can dial it: earshot alone sends legs here, by AMI Redirect and by ARI. Once they are here nothing waits for earshot any more.",
      lines: handingOver(app),
    },
    ...(transfers && transferContext !== undefined ? [transferring(people, transferContext)] : []),
    {
      name: names.nowhere,
      about:
        "Stays empty. Supervision accounts dial from here, and a supervision that a phone tries to transfer looks for its destination here: it finds nothing.",
      lines: [],
    },
    {
      name: names.lamps,
      about: "Lamps that tell an agent who is with them: what a BLF key of a phone watches.",
      lines: [
        ...people.flatMap(({ id, extension, name }) =>
          blfKeysOf(phones, id).map((key, at): ConfLine => {
            const lamp = lampOf(extension, key);
            return { key: "exten", value: `${lamp},hint,Stasis:${lamp}`, arrow: true, why: at === 0 ? name : "" };
          }),
        ),
        ...pressing,
      ],
    },
    ...(sip === undefined ? [] : sipContexts({ config, sip, people, phones })),
  ];
}

export function extensionsConf(site: DialplanSite): ConfFile {
  return {
    name: "extensions.conf",
    about: `These contexts, and one line for the context that your phones are in: include => ${names.lamps}`,
    sections: dialplan(site),
    secret: false,
  };
}

/** What every supervision account has in common. */
export const supervisionTemplate: ConfSection = {
  name: names.supervision,
  from: "!",
  about:
    "What the supervision accounts have in common: a second account on each supervisor's phone, which earshot rings to let them listen. No hint may ever watch one: a BLF key would show that a supervision begins. On the phone: call waiting off for this account.",
  lines: [
    { key: "type", value: "endpoint", why: "" },
    {
      key: "context",
      value: names.nowhere,
      why: "Nothing can be dialled from it: the account is there to be rung.",
    },
    {
      key: "allow_transfer",
      value: "no",
      why: "Otherwise the phone could put somebody else into the supervisor's place.",
    },
    { key: "allow_subscribe", value: "no", why: "It watches nobody." },
    directMedia,
    {
      key: "dtmf_mode",
      value: "rfc4733",
      why: "Digits come beside the sound, never in it: whoever hears the supervisor hears no key being pressed.",
    },
    { key: "disallow", value: "all", why: "" },
    { key: "allow", value: "ulaw,alaw", why: "As your other phones have it." },
    { key: "transport", value: "transport-udp", why: "As your other phones have it, where they name one.", off: true },
    { key: "rtp_symmetric", value: "yes", why: "These three: for phones behind another network's router.", off: true },
    { key: "force_rport", value: "yes", why: "", off: true },
    { key: "rewrite_contact", value: "yes", why: "", off: true },
    { key: "media_encryption", value: "sdes", why: "Where your phones speak SRTP.", off: true },
  ],
};

export function endpointSection({ name, owner }: Account): ConfSection {
  return {
    name,
    from: names.supervision,
    about: `${owner.name}`,
    lines: [
      { key: "auth", value: name, why: "" },
      { key: "aors", value: name, why: "" },
    ],
  };
}

export function authSection({ name, password }: Account): ConfSection {
  return {
    name,
    lines: [
      { key: "type", value: "auth", why: "" },
      { key: "auth_type", value: "userpass", why: "" },
      { key: "username", value: name, why: "" },
      { key: "password", value: password, why: "" },
    ],
  };
}

export function aorSection({ name }: Account): ConfSection {
  return {
    name,
    lines: [
      { key: "type", value: "aor", why: "" },
      { key: "max_contacts", value: "5", why: "Several phones of one person; the one that pressed is rung." },
    ],
  };
}

export const passwordAbout =
  "The passwords are earshot's own: made from secret.key in the data folder, the same at every run of this command, and kept nowhere else. With another data folder they are others.";

export function pjsipConf(
  accounts: readonly Account[],
  context: string | undefined,
  sip: readonly ConfSection[],
): ConfFile {
  const supervised: ConfSection = {
    name: names.supervised,
    from: "!",
    about: `What every device needs whose calls may be supervised, trunks too. Each such endpoint of yours is made from it: [2001](${names.supervised})`,
    lines: [
      directMedia,
      {
        key: "trust_id_inbound",
        value: "yes",
        why: "Trunks also need this, where the customer's number comes by P-Asserted-Identity.",
        off: true,
      },
    ],
  };
  const transfers: readonly ConfSection[] =
    context === undefined
      ? []
      : [
          {
            name: names.transfers,
            from: "!",
            about: `Beside it for the phones that dial from ${context}, and for no others, never a trunk: what they transfer is looked up as if dialled there. [2001](${names.supervised},${names.transfers})`,
            lines: [
              { key: "set_var", value: transferVariable, why: "Where their transfers begin; see extensions.conf." },
            ],
          },
        ];
  const own = accounts.flatMap((account) => [endpointSection(account), authSection(account), aorSection(account)]);
  return {
    name: "pjsip.conf",
    about: `Before your endpoints.${accounts.length + sip.length === 0 ? "" : `\n${passwordAbout}`}`,
    sections: [supervised, ...transfers, ...(accounts.length === 0 ? [] : [supervisionTemplate]), ...own, ...sip],
    secret: accounts.length + sip.length > 0,
  };
}
