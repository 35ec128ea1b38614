import type { AsteriskConfig, Person, Phone, SipAccountConfig } from "../../../model/index.js";
import type { ConfLine, ConfSection } from "./conf.js";
import { devicesOf, names, pjsipName } from "./needs.js";

/** What earshot's own SIP account is written from. */
export interface SipAccountSite {
  readonly config: AsteriskConfig;
  readonly sip: SipAccountConfig;
  readonly people: readonly Person[];
  /** Which of their phones take texts. */
  readonly phones: readonly Phone[];
  readonly password: string;
}

const line = (key: string, value: string, why = ""): ConfLine => ({ key, value, why });

/** The context in which that account looks for busy lamps. */
export function watchContext({ context }: SipAccountConfig): string {
  return context ?? names.watch;
}

/** Whether it comes encrypted. */
export function protocolOf({ url }: SipAccountConfig): "ws" | "wss" {
  return url.startsWith("wss:") ? "wss" : "ws";
}

export function sipTransport(sip: SipAccountConfig): ConfSection {
  return {
    name: names.websocket,
    about: "SIP over WebSocket. http.conf says where it listens: at ARI's own address and port, below /ws.",
    lines: [
      line("type", "transport"),
      line("protocol", protocolOf(sip)),
      line("bind", "0.0.0.0", "PJSIP wants the line, and does not use it here."),
    ],
  };
}

/** The endpoint of the account that watches busy lamps: it has no aor, so that nobody can ring it. */
export function sipEndpoint(sip: SipAccountConfig): ConfSection {
  return {
    name: sip.username,
    about:
      "earshot's own SIP account. It watches the busy lamps of agents, as a phone's BLF keys do, and sends them texts; it can do nothing else, and nobody can ring it.",
    lines: [
      line("type", "endpoint"),
      line("transport", names.websocket),
      line("auth", sip.username),
      line("context", names.nowhere, "Nothing can be dialled from it,"),
      line("disallow", "all", "and it has no codec: it takes part in no call."),
      line("allow_transfer", "no"),
      line("allow_subscribe", "yes", "It watches, and only what is in this context:"),
      line("subscribe_context", watchContext(sip)),
      line("message_context", names.messages, "It sends texts to those alone who are in this one."),
      line("rewrite_contact", "yes", "What it is told comes back by its own connection."),
    ],
  };
}

export function sipAuth({ username }: SipAccountConfig, password: string): ConfSection {
  return {
    name: username,
    lines: [
      line("type", "auth"),
      line("auth_type", "userpass"),
      line("username", username),
      line("password", password, "Made from secret.key in the data folder, as those of the supervision accounts."),
    ],
  };
}

/** Who takes texts by SIP, with the device that gets them. */
export function textedDevices({ config, people, phones }: Pick<SipAccountSite, "config" | "people" | "phones">) {
  const owners = new Set(phones.filter(({ push }) => push?.by === "message").map(({ owner }) => owner));
  return people.flatMap((person) => {
    const device = pjsipName(devicesOf(config, person).own);
    // One that begins with an underscore would be a pattern.
    const usable = owners.has(person.id) && device !== undefined && !person.extension.startsWith("_");
    return usable ? [{ ...person, device }] : [];
  });
}

/** Its contexts of extensions.conf. */
export function sipContexts({ config, sip, people, phones }: Omit<SipAccountSite, "password">): readonly ConfSection[] {
  const exten = (value: string, why: string): ConfLine => ({ key: "exten", value, arrow: true, why });
  const hints: ConfSection = {
    name: names.watch,
    about:
      "Busy lamps for earshot's own account alone, which looks for them here; include it nowhere, as phones have hints of their own. No supervision account is among them.",
    lines: people.flatMap((person) => {
      const device = pjsipName(devicesOf(config, person).own);
      const { extension, name } = person;
      return device === undefined || extension.startsWith("_")
        ? []
        : [exten(`${extension},hint,PJSIP/${device}`, name)];
    }),
  };
  return [
    ...(sip.context === undefined ? [hints] : []),
    {
      name: names.messages,
      about: "Where texts of that account go: to the phones that are told in this way. Include it nowhere.",
      lines: textedDevices({ config, people, phones }).flatMap(({ extension, device, name }): ConfLine[] => [
        exten(`${extension},1,MessageSend(pjsip:${device})`, name),
        { key: "same", value: "n,Hangup()", arrow: true, why: "" },
      ]),
    },
  ];
}
