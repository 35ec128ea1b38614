import type { EpochMs } from "../../model/index.js";
import { privateVariable } from "./setup/needs.js";

/** A channel as ARI describes it, reduced to what earshot reads. Texts from outside are capped, not cleaned. */
export interface AriChannel {
  readonly id: string;
  /** `PJSIP/2001-0000001a`: technology, endpoint and a running number. */
  readonly name: string;
  readonly state: string;
  readonly caller: AriParty;
  readonly connected: AriParty;
  readonly app: string;
  readonly appData: string;
  readonly exten: string;
  readonly context: string;
  /** By the PBX's clock. */
  readonly createdAt: EpochMs;
  /** Of the variables named in ari.conf `channelvars`; absent where the site names none. */
  readonly queue?: string;
  readonly member?: string;
  readonly dialled?: string;
  readonly linkedid?: string;
  /** What the site says of its privacy; empty where it says nothing, absent where ari.conf does not name the variable. */
  readonly privacy?: string;
}

export interface AriParty {
  readonly name: string;
  readonly number: string;
}

export interface AriBridge {
  readonly id: string;
  /** In a mixing bridge all hear all; in a holding one (parking, queues of some makers) nobody hears anybody. */
  readonly mixing: boolean;
  /** `native_rtp` where packets pass unread, or pass by. Events do not follow it (Asterisk 22): true in `GET` alone. */
  readonly technology: string;
  readonly members: readonly string[];
  readonly createdAt: EpochMs;
}

/** What happened at the PBX, with the moment by the PBX's clock. */
export type AriEvent = { readonly at: EpochMs } & (
  | { readonly kind: "channel" | "connected-line" | "dialplan" | "hangup-asked"; readonly channel: AriChannel }
  | { readonly kind: "privacy"; readonly channel: AriChannel; readonly value: string }
  | { readonly kind: "destroyed"; readonly channel: AriChannel; readonly cause: number }
  | { readonly kind: "entered" | "left"; readonly channel: AriChannel; readonly bridge: AriBridge }
  | { readonly kind: "bridge" | "bridge-gone"; readonly bridge: AriBridge }
  | { readonly kind: "merged"; readonly into: AriBridge; readonly from: AriBridge }
  | { readonly kind: "dial"; readonly caller?: AriChannel; readonly peer: AriChannel; readonly status: string }
  | { readonly kind: "hold" | "unhold"; readonly channel: AriChannel }
  | { readonly kind: "stasis-start" | "stasis-end"; readonly channel: AriChannel }
  | {
      readonly kind: "transfer";
      readonly channels: readonly string[];
      readonly bridges: readonly string[];
      /** Of a blind one that was done: who is sent by whose phone, and where to. */
      readonly sent?: {
        readonly channel: string;
        readonly by: string;
        readonly exten: string;
        readonly context: string;
      };
    }
  | { readonly kind: "replaced" }
);

/** Names and numbers come from anybody who can dial: longer ones are cut. */
export const TEXT_LIMIT = 256;

type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, else undefined. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Text of a field, cut at 256 characters; empty when it is missing or no text. */
export function textOf(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === "string" ? cut(value) : "";
}

function cut(text: string): string {
  if (text.length <= TEXT_LIMIT) return text;
  // Half a surrogate pair would make every document it is put into malformed.
  return /[\uD800-\uDBFF]/.test(text.charAt(TEXT_LIMIT - 1))
    ? text.slice(0, TEXT_LIMIT - 1)
    : text.slice(0, TEXT_LIMIT);
}

/** Milliseconds since 1970 of `2026-11-22T21:40:38.049+0000`; undefined when it is no time. */
export function timeOf(text: string): EpochMs | undefined {
  const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isFinite(time) ? time : undefined;
}

/** The channel in an ARI object, else undefined. */
export function parseChannel(value: unknown): AriChannel | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { id, name } = fields;
  const createdAt = timeOf(textOf(fields, "creationtime"));
  if (typeof id !== "string" || typeof name !== "string" || id === "" || createdAt === undefined) return undefined;
  const dialplan = fieldsOf(fields["dialplan"]);
  const vars = fieldsOf(fields["channelvars"]);
  return {
    id,
    name,
    createdAt,
    state: textOf(fields, "state"),
    caller: partyOf(fields["caller"]),
    connected: partyOf(fields["connected"]),
    app: textOf(dialplan, "app_name"),
    appData: textOf(dialplan, "app_data"),
    exten: textOf(dialplan, "exten"),
    context: textOf(dialplan, "context"),
    ...variable("queue", textOf(vars, "QUEUENAME")),
    ...variable("member", textOf(vars, "MEMBERINTERFACE")),
    ...variable("dialled", textOf(vars, "DIALEDPEERNUMBER")),
    ...variable("linkedid", textOf(vars, "CHANNEL(linkedid)")),
    ...(typeof vars?.[privateVariable] === "string" && { privacy: textOf(vars, privateVariable) }),
  };
}

function variable<Name extends string>(name: Name, value: string): { readonly [name in Name]?: string } {
  return value === "" ? {} : ({ [name]: value } as { readonly [name in Name]?: string });
}

/** PJSIP keeps the quoted-pairs of a display name (RFC 3261 section 25.1) as they came (Asterisk 22.10.1). */
function partyOf(value: unknown): AriParty {
  const fields = fieldsOf(value);
  return { name: textOf(fields, "name").replace(/\\(["\\])/g, "$1"), number: textOf(fields, "number") };
}

/** The bridge in an ARI object, else undefined. */
export function parseBridge(value: unknown): AriBridge | undefined {
  const fields = fieldsOf(value);
  const id = fields?.["id"];
  if (fields === undefined || typeof id !== "string" || id === "") return undefined;
  const members = Array.isArray(fields["channels"]) ? fields["channels"] : [];
  return {
    id,
    technology: textOf(fields, "technology"),
    mixing: textOf(fields, "bridge_type") !== "holding",
    members: members.filter((member): member is string => typeof member === "string"),
    createdAt: timeOf(textOf(fields, "creationtime")) ?? 0,
  };
}

const CHANNEL_KINDS = {
  ChannelCreated: "channel",
  ChannelStateChange: "channel",
  ChannelCallerId: "channel",
  ChannelConnectedLine: "connected-line",
  ChannelDialplan: "dialplan",
  ChannelHangupRequest: "hangup-asked",
  ChannelHold: "hold",
  ChannelUnhold: "unhold",
  StasisStart: "stasis-start",
  StasisEnd: "stasis-end",
} as const;

const MEMBER_KINDS = { ChannelEnteredBridge: "entered", ChannelLeftBridge: "left" } as const;
const BRIDGE_KINDS = { BridgeCreated: "bridge", BridgeDestroyed: "bridge-gone" } as const;

function kindIn<Kinds extends Readonly<Record<string, string>>>(
  kinds: Kinds,
  type: string,
): Kinds[keyof Kinds] | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type as keyof Kinds] : undefined;
}

/** A digit whose key was let go, and on which channel; undefined for every other message. */
export function digitIn(message: unknown): { readonly channel: string; readonly digit: string } | undefined {
  const fields = fieldsOf(message);
  if (textOf(fields, "type") !== "ChannelDtmfReceived") return undefined;
  const [channel, digit] = [textOf(fieldsOf(fields?.["channel"]), "id"), textOf(fields, "digit")];
  return /^[0-9A-D*#]$/.test(digit) ? { channel, digit } : undefined;
}

/** Types that are part of ARI and say nothing that earshot needs. */
const IGNORED = new Set([
  ...["DeviceStateChanged", "EndpointStateChange", "PeerStatusChange", "ContactStatusChange", "ContactInfo"],
  ...["ChannelDtmfReceived", "ChannelTalkingStarted", "ChannelTalkingFinished"],
  ...["ChannelUserevent", "ChannelToneDetected", "PlaybackStarted", "PlaybackContinuing", "PlaybackFinished"],
  ...["RecordingStarted", "RecordingFinished", "RecordingFailed", "TextMessageReceived", "BridgeVideoSourceChanged"],
  ...["ChannelTransfer", "ApplicationMoveFailed", "ApplicationRegistered", "ApplicationUnregistered"],
]);

/** The event in an ARI message; "ignored" for what earshot has no use for; undefined for what it does not know. */
export function parseEvent(message: unknown): AriEvent | "ignored" | undefined {
  const fields = fieldsOf(message);
  const type = textOf(fields, "type");
  if (fields === undefined || type === "") return undefined;
  if (type === "ApplicationReplaced") return { kind: "replaced", at: 0 };
  if (IGNORED.has(type)) return "ignored";
  const at = timeOf(textOf(fields, "timestamp"));
  if (at === undefined) return undefined;
  if (type === "BridgeBlindTransfer" || type === "BridgeAttendedTransfer") return transferOf(fields, at);
  if (type === "Dial") return dialOf(fields, at);

  const bridge = parseBridge(fields["bridge"]);
  if (type === "BridgeMerged") {
    const from = parseBridge(fields["bridge_from"]);
    return bridge === undefined || from === undefined ? undefined : { kind: "merged", at, into: bridge, from };
  }
  const bridgeKind = kindIn(BRIDGE_KINDS, type);
  if (bridgeKind !== undefined) return bridge === undefined ? undefined : { kind: bridgeKind, at, bridge };

  if (type === "ChannelVarset" && !isPrivacy(textOf(fields, "variable"))) return "ignored";
  const channel = parseChannel(fields["channel"]);
  // A variable of the whole PBX comes without a channel.
  if (channel === undefined) return type === "ChannelVarset" ? "ignored" : undefined;
  if (type === "ChannelVarset") return { kind: "privacy", at, channel, value: textOf(fields, "value") };
  const memberKind = kindIn(MEMBER_KINDS, type);
  if (memberKind !== undefined) return bridge === undefined ? undefined : { kind: memberKind, at, channel, bridge };
  if (type === "ChannelDestroyed") {
    const cause = fields["cause"];
    return { kind: "destroyed", at, channel, cause: typeof cause === "number" ? cause : 0 };
  }
  const kind = kindIn(CHANNEL_KINDS, type);
  return kind === undefined ? undefined : { kind, at, channel };
}

/** With leading underscores a variable is handed on to the channels that its channel makes. */
function isPrivacy(variable: string): boolean {
  return variable.replace(/^_{1,2}/, "") === privateVariable;
}

/** Whether a message may be one of a variable that says nothing to us: most of all messages are. */
export function isNoise(text: string): boolean {
  return text.includes('"ChannelVarset"') && !text.includes(privateVariable);
}

function dialOf(fields: Fields, at: EpochMs): AriEvent | undefined {
  const peer = parseChannel(fields["peer"]);
  if (peer === undefined) return undefined;
  const caller = parseChannel(fields["caller"]);
  return { kind: "dial", at, peer, status: textOf(fields, "dialstatus"), ...(caller === undefined ? {} : { caller }) };
}

/** Every channel and bridge that a transfer names, whatever its part in it. */
function transferOf(fields: Fields, at: EpochMs): AriEvent {
  const named = Object.values(fields).map(fieldsOf);
  const idOf = (value: Fields | undefined) => (typeof value?.["id"] === "string" ? [value["id"]] : []);
  const channels = named.filter((value) => value?.["creationtime"] !== undefined && value["bridge_type"] === undefined);
  const bridges = named.filter((value) => value?.["bridge_type"] !== undefined);
  const [by] = idOf(fieldsOf(fields["channel"]));
  const [channel] = idOf(fieldsOf(fields["transferee"]));
  const done = textOf(fields, "type") === "BridgeBlindTransfer" && textOf(fields, "result") === "Success";
  const place = { exten: textOf(fields, "exten"), context: textOf(fields, "context") };
  const byName = ["destination_bridge", "destination_application"].map((name) => textOf(fields, name));
  return {
    kind: "transfer",
    at,
    channels: channels.flatMap(idOf),
    bridges: [...bridges.flatMap(idOf), ...byName.filter((id) => id !== "")],
    ...(done && by !== undefined && channel !== undefined && { sent: { channel, by, ...place } }),
  };
}
