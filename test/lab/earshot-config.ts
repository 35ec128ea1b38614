import type { AsteriskConfig, Extension, Person, PersonId } from "../../src/model/index.js";
import { asteriskSetup } from "../../src/pbx/asterisk/index.js";
import { modules } from "../../src/pbx/asterisk/setup/needs.js";
import type { AsteriskSettings, LabSipAccount } from "./asterisk-config.ts";

/** The gateway whose take-over context the lab's PBX has. */
export const LAB_GATEWAY = "main";

/** The PBX part of an `earshot.yaml` for the lab. */
export function labPbx({
  ports,
  ari,
  ami,
  transferContext,
  sip,
}: Pick<AsteriskSettings, "ports" | "ari" | "ami"> &
  Partial<Pick<AsteriskSettings, "transferContext" | "sip">>): AsteriskConfig {
  return {
    kind: "asterisk",
    ari: { url: `http://127.0.0.1:${ports.http}/ari`, ...ari },
    ami: { host: "127.0.0.1", port: ports.ami, ...ami },
    endpoint: "PJSIP/{extension}",
    supervisionEndpoint: "PJSIP/{extension}-sup",
    ...(transferContext !== undefined && { transferContext }),
    ...(sip && { sip: labSip(sip, ports.http) }),
  };
}

function labSip({ username, context }: LabSipAccount, port: number): NonNullable<AsteriskConfig["sip"]> {
  return { username, url: `ws://127.0.0.1:${port}/ws`, ...(context !== undefined && { context }) };
}

/** Everybody with a phone in the lab; who has a second account may supervise. */
export function everybody({ accounts }: Pick<AsteriskSettings, "accounts">): readonly Person[] {
  const supervisors = accounts.filter(({ kind }) => kind === "supervision").map(({ extension }) => extension);
  return accounts.flatMap(({ kind, extension, name }): Person[] => {
    if (kind !== "phone" || extension === undefined) return [];
    const role = supervisors.includes(extension) ? "team-manager" : "agent";
    return [{ id: extension as PersonId, extension: extension as Extension, name, role, teams: ["support"] }];
  });
}

/** What `earshot pbx setup` writes for the lab, by file: everything at the lab's PBX that belongs to earshot. */
export function earshotFiles(settings: AsteriskSettings): Readonly<Record<string, string>> {
  const setup = asteriskSetup({
    config: labPbx(settings),
    gateway: LAB_GATEWAY,
    people: everybody(settings),
    from: "127.0.0.1",
    phones: settings.desks,
    freepbx: settings.freepbx,
    password: (account) =>
      account === settings.sip?.username
        ? settings.sip.password
        : (settings.accounts.find(({ user }) => user === account)?.password ?? ""),
  });
  if (!setup.ok) throw new Error(setup.sentence);
  const written = Object.fromEntries(setup.files.map(({ name, text }) => [name, wanting(settings.modules, text)]));
  return settings.freepbx ? included(written, settings) : written;
}

/** Where FreePBX includes each file, between what it has written from its own pages. */
function included(written: Readonly<Record<string, string>>, { ports }: AsteriskSettings): Record<string, string> {
  const include = (name: string): string => {
    const text = written[name];
    if (text === undefined) throw new Error(`setup has written no ${name}`);
    return text;
  };
  // FreePBX loads whatever there is.
  const loaded = modules.map(({ name }) => `load=${name}\n`);
  return {
    "modules.conf": `[modules]\nnoload=bridge_native_rtp.so\n${loaded.join("")}`,
    "http.conf": `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${ports.http}\n`,
    "ari.conf": `[general]\nenabled=yes\n${include("ari_general_custom.conf")}\n${include("ari_additional_custom.conf")}`,
    "manager.conf": `[general]\nenabled=yes\nport=${ports.ami}\nbindaddr=127.0.0.1\n${include("manager_custom.conf")}`,
    "pjsip_notify.conf": include("sip_notify_custom.conf"),
    "confbridge.conf": include("confbridge_custom.conf"),
    "extensions.conf": include("extensions_custom.conf"),
    "pjsip.conf": [
      "[earshot-supervised](!)\ndirect_media=no\n",
      ...(written["pjsip.transports_custom.conf"] === undefined ? [] : [include("pjsip.transports_custom.conf")]),
      ...["endpoint", "aor", "auth"].map((type) => include(`pjsip.${type}_custom_post.conf`)),
    ].join("\n"),
    "queues.conf": `[earshot-queue](!)\nsetqueuevar=yes\nsetinterfacevar=yes\nsetqueueentryvar=yes\n`,
  };
}

/** The text of a site that wants some modules all the same. */
function wanting(modules: readonly string[], text: string): string {
  return modules.reduce((rest, module) => rest.replace(`noload = ${module}.so\n`, ""), text);
}
