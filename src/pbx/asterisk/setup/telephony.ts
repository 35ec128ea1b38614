import type { AsteriskConfig } from "../../../model/index.js";
import type { ConfFile, ConfLine, ConfSection } from "./conf.js";
import { modulesFor, names, nativeBridge, queueVariables } from "./needs.js";

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
