import type { AsteriskConfig, Person, Phone, SipAccountConfig } from "../../../model/index.js";
import { amiUser, ariGeneral, ariUser, bindAddress } from "./access.js";
import type { ConfFile, ConfSection } from "./conf.js";
import { dialplan } from "./dialplan.js";
import { names, nativeBridge, queueVariables } from "./needs.js";
import { type Account, aorSection, authSection, endpointSection, passwordAbout, supervisionTemplate } from "./pjsip.js";
import { sipAuth, sipEndpoint, sipTransport } from "./sip-account.js";
import { confbridgeSections, notifySections } from "./telephony.js";

interface Site {
  readonly config: AsteriskConfig;
  readonly gateway: string;
  readonly people: readonly Person[];
  readonly phones: readonly Phone[];
  readonly from: string;
  readonly accounts: readonly Account[];
  password(account: string): string;
}

/**
 * The same for a FreePBX, which writes Asterisk's files itself: only files it includes and never touches, and in words
 * what its own pages set.
 */
export function freepbxFiles({ config, gateway, people, phones, from, accounts, password }: Site): readonly ConfFile[] {
  const { ami, sip } = config;
  const secret = sip && password(sip.username);
  const file = (name: string, about: string, sections: readonly ConfSection[], secret = false): ConfFile => {
    return { name, about, sections, secret };
  };
  const general: ConfSection = { lines: ariGeneral.filter(({ key }) => key === "channelvars") };
  const subscribed: ConfSection = {
    name: "from-internal-custom",
    about: "FreePBX includes this context in the one that phones use.",
    lines: [{ key: "include", value: names.lamps, arrow: true, why: "" }],
  };
  return [
    file("freepbx-pages.txt", ownPages(config), []),
    file("ari_general_custom.conf", "Included in [general] of ari.conf.", [general]),
    file("ari_additional_custom.conf", "Included at the end of ari.conf.", [ariUser(config)], true),
    ...(ami === undefined
      ? []
      : [file("manager_custom.conf", "Included at the end of manager.conf.", [amiUser(ami, from)], true)]),
    file("sip_notify_custom.conf", "Included in pjsip_notify.conf.", notifySections),
    file("extensions_custom.conf", "Included at the end of extensions.conf.", [
      ...dialplan({ config, gateway, people, phones, transfers: false }),
      subscribed,
    ]),
    file("confbridge_custom.conf", "Included at the end of confbridge.conf.", confbridgeSections),
    ...(sip === undefined
      ? []
      : [file("pjsip.transports_custom.conf", `Included in pjsip.conf.`, [sipTransport(sip)])]),
    ...accountFiles(accounts, sip, secret),
    file("queues_post_custom.conf", queueWords(), []),
  ];
}

function accountFiles(
  accounts: readonly Account[],
  sip: SipAccountConfig | undefined,
  secret = "",
): readonly ConfFile[] {
  const about = "Included behind the file of the same name that FreePBX writes.";
  const supervision = accounts.length === 0 ? [] : [supervisionTemplate, ...accounts.map(endpointSection)];
  const endpoints = [...supervision, ...(sip === undefined ? [] : [sipEndpoint(sip)])];
  const auths = [...accounts.map(authSection), ...(sip === undefined ? [] : [sipAuth(sip, secret)])];
  const aors = accounts.map(aorSection);
  const file = (type: string, sections: readonly ConfSection[], holds: boolean): ConfFile => {
    return {
      name: `pjsip.${type}_custom_post.conf`,
      about: holds ? `${about}\n${passwordAbout}` : about,
      sections,
      secret: holds,
    };
  };
  return [file("endpoint", endpoints, false), file("auth", auths, true), file("aor", aors, false)].filter(
    ({ sections }) => sections.length > 0,
  );
}

function ownPages({ ari, ami }: AsteriskConfig): string {
  const url = new URL(ari.url);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return [
    "FreePBX writes these itself, so they are set in its own pages, then Apply Config:",
    "",
    `- Settings, Advanced Settings, Asterisk Builtin mini-HTTP server. Enable the mini-HTTP Server: Yes. HTTP Bind Address: ${bindAddress(url.hostname)}. HTTP Bind Port: ${port}.`,
    "- Settings, Advanced Settings, Asterisk REST Interface. Enable the Asterisk REST Interface: Yes.",
    ...(ami === undefined
      ? []
      : [`- AMI is always on; its port is 5038 unless you have changed it (pbx.ami says ${ami.port}).`]),
    "- Every extension of a person of earshot.yaml: Advanced, Direct Media: No. Every trunk: pjsip Settings, Advanced, Direct Media: No. Not done by a file: a line for an extension that is deleted one day would keep Asterisk from reading its endpoints at all. `earshot check` names each endpoint where it is on.",
    `- Settings, Advanced Settings, Asterisk Dial Options: must hold t or T, as FreePBX has it from the start. Otherwise the RTP streams (SSRC) of both parties change when a Listen begins and ends, and who records packets could tell that a hidden supervisor came. The other way: the line noload = ${nativeBridge} in [modules] of modules.conf, which FreePBX keeps.`,
  ].join("\n");
}

function queueWords(): string {
  return [
    "Included at the end of queues.conf. For each queue whose calls are supervised, with its number, without the semicolons:",
    "",
    "[400](+)",
    ...queueVariables.map(({ key }) => `${key} = yes`),
    "",
    ...queueVariables.map(({ key, why }) => `${key} gives ${why}`),
    "Left to you, because such a section for a queue that is deleted one day keeps Asterisk from reading its queues at all: take it out before you delete the queue.",
  ].join("\n");
}
