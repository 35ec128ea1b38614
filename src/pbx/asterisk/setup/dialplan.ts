import { type AsteriskConfig, blfKeysOf, type Person, type Phone } from "../../../model/index.js";
import type { ConfFile, ConfLine, ConfSection } from "./conf.js";
import { applicationOf, lampOf, lampPattern, names } from "./needs.js";
import { sipContexts } from "./sip-account.js";

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
