import {
  type AsteriskConfig,
  type BlfKey,
  blfKeysOf,
  type Extension,
  type Person,
  type Phone,
} from "../../../model/index.js";
import { endpointFor } from "../endpoints.js";

/** The channel variable that says whether a call is private; what is on one of its channels counts for all (R20). */
export const privateVariable = "EARSHOT_PRIVATE";

/** Variables that every channel object of ARI carries when ari.conf names them: earshot tells calls apart by them. */
export const channelVariables = [
  "QUEUENAME",
  "MEMBERNAME",
  "MEMBERINTERFACE",
  "QEHOLDTIME",
  "DIALEDPEERNUMBER",
  "BRIDGEPEER",
  "CHANNEL(linkedid)",
  privateVariable,
] as const;

/** What a queue must set on its channels. */
export const queueVariables = [
  { key: "setqueuevar", why: "QUEUENAME: in which queue the call came, for the board." },
  { key: "setinterfacevar", why: "MEMBERINTERFACE: which member answered, so that the agent's leg is known." },
  { key: "setqueueentryvar", why: "QEHOLDTIME: how long the caller has waited." },
] as const;

/** What AMI must permit, by action: Asterisk permits by class, and no class is finer. */
export const amiActions: readonly AmiAction[] = [
  { action: "PJSIPShowEndpoint", permission: "system", why: "the contacts of the supervisor's phone" },
  { action: "PJSIPShowContacts", permission: "system", why: "where each phone is registered" },
  { action: "PJSIPNotify", permission: "system", why: "pushes to phones", module: "res_pjsip_notify.so" },
  { action: "QueuePause", permission: "agent", why: "no routed calls while supervising", module: "app_queue.so" },
  {
    action: "Setvar",
    permission: "call",
    why: "keeping a private call private wherever it goes, and handing a call over",
  },
  { action: "MixMonitorMute", permission: "call", why: "pausing recordings of it", module: "app_mixmonitor.so" },
  { action: "Redirect", permission: "call", why: "handing a call over" },
];

interface AmiAction {
  readonly action: string;
  readonly permission: string;
  readonly why: string;
  /** The module that has it, where a PBX can do without. */
  readonly module?: string;
}

/** The write classes of the AMI user; `read` stays empty, as earshot takes no AMI events. */
export const amiClasses: readonly string[] = [...new Set(amiActions.map(({ permission }) => permission))];

/** Loaded, both parties' RTP streams change (SSRC) when a Listen begins and ends. */
export const nativeBridge = "bridge_native_rtp.so";

interface NeededModule {
  readonly name: string;
  readonly why: string;
  /** The first Asterisk that has it. */
  readonly since?: number;
}

/** The modules that earshot itself needs, beside those that any PBX with PJSIP phones has. */
export const modules: readonly NeededModule[] = [
  { name: "res_http_websocket.so", why: "ARI's events." },
  { name: "res_websocket_client.so", why: "Without it all of ARI fails, though earshot never uses it.", since: 22 },
  { name: "res_stasis.so", why: "The ground of ARI." },
  { name: "res_stasis_answer.so", why: "Legs that answer." },
  { name: "res_stasis_snoop.so", why: "Listening, and speaking to a leg." },
  { name: "res_stasis_playback.so", why: "ARI does not load without it." },
  { name: "res_stasis_recording.so", why: "ARI does not load without it." },
  { name: "res_stasis_device_state.so", why: "Lamps on BLF keys." },
  { name: "res_ari.so", why: "ARI itself, and its parts." },
  { name: "res_ari_model.so", why: "" },
  { name: "res_ari_applications.so", why: "" },
  { name: "res_ari_asterisk.so", why: "Version, modules and settings, which `earshot check` reads." },
  { name: "res_ari_bridges.so", why: "" },
  { name: "res_ari_channels.so", why: "" },
  { name: "res_ari_device_states.so", why: "" },
  { name: "res_ari_endpoints.so", why: "" },
  { name: "res_ari_events.so", why: "" },
  { name: "app_stasis.so", why: "How a supervisor's leg comes to earshot." },
  { name: "bridge_simple.so", why: "Bridges of two legs." },
  { name: "bridge_softmix.so", why: "Bridges of more." },
  { name: "app_confbridge.so", why: "A bridge for three that is the PBX's own, when a call is handed over." },
  { name: "app_stack.so", why: "What is run when one of three hangs up." },
  { name: "app_userevent.so", why: "How earshot learns that the BLF key of a lamp was pressed." },
  { name: "func_channel.so", why: "CHANNEL(linkedid): which legs belong together." },
  { name: "func_timeout.so", why: "The lease: a supervision whose gateway is gone ends by itself." },
  { name: "func_dialplan.so", why: "With these two `earshot check` asks the dialplan." },
  { name: "func_devstate.so", why: "" },
  {
    name: "func_pjsip_endpoint.so",
    why: "These three: which phone is registered where, so that the right one is rung.",
  },
  { name: "func_pjsip_aor.so", why: "" },
  { name: "func_pjsip_contact.so", why: "" },
  { name: "res_pjsip_header_funcs.so", why: "The order to answer by itself, for phones with `answer: auto`." },
  { name: "res_pjsip_notify.so", why: "Pushes to phones." },
  { name: "res_pjsip_outbound_publish.so", why: "The next one does not load without it." },
  { name: "res_pjsip_exten_state.so", why: "These four: lamps on BLF keys." },
  { name: "res_pjsip_pubsub.so", why: "" },
  { name: "res_pjsip_dialog_info_body_generator.so", why: "" },
  { name: "res_pjsip_pidf_body_generator.so", why: "" },
];

/** What a SIP account of earshot's own needs beside them. */
const sipModules: readonly NeededModule[] = [
  { name: "res_pjsip_transport_websocket.so", why: "These two: earshot's own SIP account." },
  { name: "res_pjsip_messaging.so", why: "" },
];

/** The modules that this configuration needs. */
export function modulesFor({ sip }: Pick<AsteriskConfig, "sip">): readonly NeededModule[] {
  return sip === undefined ? modules : [...modules, ...sipModules];
}

/** Contexts and templates that belong to earshot. */
export const names = {
  /** The template of everybody's device whose calls may be supervised. */
  supervised: "earshot-supervised",
  /** The template of the supervision accounts. */
  supervision: "earshot-supervision",
  queue: "earshot-queue",
  lamps: "earshot-lamps",
  /** The event by which the dialplan tells that such a key was pressed. */
  hand: "EarshotHand",
  /** A context with nothing in it: where supervision accounts dial, and blind transfers of a supervision end. */
  nowhere: "earshot-no-transfer",
  /** Where transfers by the phones of whoever may be supervised begin, if the site wants it. */
  transfer: "earshot-transfer",
  /** The template of the phones whose transfers begin there. */
  transfers: "earshot-transfers",
  resync: "earshot-resync",
  /** The transport of earshot's own SIP account, where it looks for busy lamps, and where its texts go. */
  websocket: "earshot-websocket",
  watch: "earshot-watch",
  messages: "earshot-messages",
  /** What the extension of a party in a room begins with, the room's own name behind it. */
  takeOver: "takeover",
  /** The same for the supervisor's leg, which stops being a supervision leg there; without a room it only waits. */
  tookOver: "tookover",
  /** What is run when a party hangs up; not `h`, which is not run for a leg that has come from ARI (Asterisk 22). */
  left: "left",
  connect: "connect",
  /** Where the supervisor's leg waits for whom the agent's own phone transfers to them. */
  receives: "receives",
  /** The variable that names the channel to be connected with. */
  connectWith: "EARSHOT_WITH",
  /** The variable that names the place where a leg goes that could not be connected. */
  elseTo: "EARSHOT_ELSE",
  /** The variable that names the room a leg is in. */
  room: "EARSHOT_ROOM",
  /** What a room, and everybody in it, is to ConfBridge. */
  roomProfile: "earshot-room",
  partyProfile: "earshot-party",
} as const;

/** The ARI application of a gateway; its take-over context has the same name. */
export function applicationOf(gateway: string): string {
  return `earshot-${gateway}`;
}

/** The extensions of the take-over context. */
export const handedOverAt: readonly string[] = [
  `_${names.takeOver}.`,
  `_${names.tookOver}.`,
  names.receives,
  names.tookOver,
  names.connect,
  names.left,
];

/** The endpoint variable that has a phone's transfers begin in that context. */
export const transferVariable = `TRANSFER_CONTEXT=${names.transfer}`;

/** An extension that such a pattern matches; any other as it is. */
export function placeIn(pattern: string): string {
  return pattern.startsWith("_") ? `${pattern.slice(1, -1)}0` : pattern;
}

/** What a BLF key watches to show who is with a person: the extension of the hint, and `Stasis:` and it the device. */
export function lampOf(extension: Extension, key: BlfKey): string {
  return key === "any" ? `lamp${extension}` : `lamp${extension}-${key}`;
}

/** What the keys of a person's phones watch. */
export function lampsOf({ id, extension }: Person, phones: readonly Phone[]): readonly string[] {
  return blfKeysOf(phones, id).map((key) => lampOf(extension, key));
}

/** The extension that such a key dials when it is pressed. */
export const lampPattern = "_lamp.";

/** The name of a PJSIP endpoint in `PJSIP/<name>`; undefined where it is none, or cannot be the name of a section. */
export function pjsipName(endpoint: string): string | undefined {
  return /^PJSIP\/([A-Za-z0-9_.*#+-]{1,80})$/.exec(endpoint)?.[1];
}

/** A person's own device and, where they may supervise and the site has such, their second account. */
export function devicesOf(config: AsteriskConfig, { extension, role }: Person): { own: string; second?: string } {
  const own = endpointFor(config.endpoint, extension);
  const pattern = config.supervisionEndpoint;
  const second = pattern === undefined || role === "agent" ? undefined : endpointFor(pattern, extension);
  return second === undefined || second === own ? { own } : { own, second };
}
