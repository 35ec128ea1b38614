import * as z from "zod";
import { lampTexts, modes, pushKinds } from "../../model/index.js";

const moment = z.int().nonnegative().meta({ description: "Milliseconds since 1970 by the gateway's clock." });
const micShape = z.enum(["muted", "open"]).meta({ description: "Open means that there is an audio path at the PBX." });
const modeShape = z.enum(modes);
const nameShape = z.string().meta({ description: "As people wrote it: text, never markup." });
const extensionShape = z.string();

/** Which gateway says it, and when in its order. A reader drops what has a lower pair than it has seen. */
const order = {
  gateway: z.string().meta({ description: "Whose word it is: unknown while that gateway is offline." }),
  epoch: z.int().positive().meta({ description: "Rises at every start and take-over." }),
  seq: z.int().positive().meta({ description: "Counts the published changes of this one topic." }),
};

const supervisorShown = {
  name: nameShape,
  extension: extensionShape,
  mode: modeShape,
  mic: micShape,
};

/** What stands on each kind of topic; whatever is published fits exactly, and whatever is read is parsed by it. */
export const payloads = {
  presence: z.enum(["online", "offline"]),
  wish: z.enum(["ON", "OFF"]),
  call: z.object({
    state: z.enum(["idle", "ringing", "talking", "held"]),
    since: moment,
    extension: extensionShape,
    source: z
      .literal("blf")
      .exactOptional()
      .meta({ description: "Told by their busy lamp alone: the PBX's own events do not tell of their device." }),
    ...order,
  }),
  lamp: z.object({
    lamp: z.enum(["off", ...modes]).meta({ description: "The strongest mode of all visible supervisors." }),
    mic: micShape,
    supervisors: z.array(z.object(supervisorShown)),
    ...order,
  }),
  lampText: z.enum(lampTexts).meta({ description: "The strongest mode; -open where a microphone is." }),
  notice: z.object({
    id: z.string().meta({ description: "Random: the same notice never comes twice." }),
    text: z.string(),
    level: z.enum(["info", "warning"]),
    at: moment,
    expiresAt: moment,
  }),
  supervision: z.object({
    supervisions: z.array(
      z.object({
        agent: z.object({ name: nameShape, extension: extensionShape }),
        mode: modeShape,
        mic: micShape,
        visibility: z.enum(["visible", "hidden"]),
        since: moment,
        others: z.array(z.object({ ...supervisorShown, visibility: z.enum(["visible", "hidden"]) })),
      }),
    ),
    ...order,
  }),
  delivery: z.object({
    kind: z.enum(pushKinds),
    result: z.enum(["sent", "confirmed", "failed"]).meta({
      description: "sent: handed on, and nobody knows whether the phone has it. confirmed: the phone itself took it.",
    }),
    why: z.string().optional().meta({ description: "Of a failed one, in words." }),
    at: moment,
    ...order,
  }),
  signed: z.strictObject({
    payload: z.string().meta({ description: "JSON, as it was signed." }),
    epoch: z.int().nonnegative(),
    seq: z.int().nonnegative(),
    signature: z.string().max(128).meta({
      description:
        "Ed25519, base64, over `earshot branch v1`, a line feed, and `[topic, payload, epoch, seq]` as JSON without spaces.",
    }),
  }),
  hello: z.strictObject({
    nonce: z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,64}$/)
      .meta({ description: "Never the same twice." }),
    has: z
      .array(z.tuple([z.string(), z.int().nonnegative(), z.int().nonnegative()]))
      .max(1_000)
      .meta({
        description: "Phone (MAC address), epoch and seq of the newest that the branch has for it.",
      }),
  }),
  sealedDelivery: z.strictObject({
    id: z.string().max(64).meta({ description: "Of what was pushed." }),
    kind: z.enum(pushKinds),
    result: z.union([
      z.strictObject({ outcome: z.enum(["sent", "confirmed"]) }),
      z.strictObject({ outcome: z.literal("failed"), why: z.string().max(300), again: z.boolean() }),
    ]),
    at: moment,
    seal: z.string().max(64).meta({ description: "HMAC-SHA-256, base64url, by what gateway and branch both know." }),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type PayloadName = keyof typeof payloads;
export type Payload<N extends PayloadName> = z.output<(typeof payloads)[N]>;

/** The message, where it is one of that kind; undefined for whatever else a broker may bring. */
export function parsePayload<N extends PayloadName>(name: N, bytes: string): Payload<N> | undefined {
  const parsed = payloads[name].safeParse(isText(name) ? bytes : jsonOf(bytes));
  // The lookup loses which shape belongs to the name.
  return parsed.success ? (parsed.data as Payload<N>) : undefined;
}

/** Whether it stands on the topic as it is, and not as JSON. */
export function isText(name: PayloadName): boolean {
  return payloads[name] instanceof z.ZodEnum;
}

function jsonOf(bytes: string): unknown {
  try {
    return JSON.parse(bytes);
  } catch {
    return undefined;
  }
}
