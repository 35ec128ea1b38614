import type { Person } from "../../../model/index.js";
import type { ConfFile, ConfLine, ConfSection } from "./conf.js";
import { names, transferVariable } from "./needs.js";

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
