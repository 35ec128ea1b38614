import { createHmac, createSecretKey, hkdfSync, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";
import * as z from "zod";
import {
  type BranchDelivery,
  type BranchHello,
  type BranchShown,
  type BranchWelcome,
  type Mac,
  parseMac,
  type Standing,
} from "../model/index.js";
import { payloads } from "./contract/index.js";

/** A longer message is nobody's of ours. */
const longestMessage = 65_536;
const whole = z.int().min(0);
const mac = z.string().transform((text, context): Mac => {
  const parsed = parseMac(text);
  if (parsed === text) return parsed;
  context.addIssue({ code: "custom", message: "not a MAC address" });
  return z.NEVER;
});

/** What is signed. As JSON no two messages are the same text, whatever stands in their parts. */
function signedText(topic: string, payload: string, { epoch, seq }: Standing): Buffer {
  return Buffer.from(`earshot branch v1\n${JSON.stringify([topic, payload, epoch, seq])}`);
}

/** A message of the gateway to a branch, signed (Ed25519) over topic, payload, epoch and seq. */
export function sealed(key: KeyObject, topic: string, payload: object, at: Standing): string {
  const text = JSON.stringify(payload);
  const signature = sign(null, signedText(topic, text, at), key).toString("base64");
  return JSON.stringify({ payload: text, ...at, signature });
}

/** A message that carries the gateway's signature for this very topic; undefined for any other. */
export function opened(
  key: KeyObject,
  topic: string,
  message: Buffer,
): { readonly payload: unknown; readonly at: Standing } | undefined {
  const outer = payloads.signed.safeParse(json(message));
  if (!outer.success) return undefined;
  const { payload, epoch, seq, signature } = outer.data;
  const at = { epoch, seq };
  const bytes = Buffer.from(signature, "base64");
  if (bytes.length !== 64 || !verify(null, signedText(topic, payload, at), key, bytes)) return undefined;
  return { payload: json(Buffer.from(payload)), at };
}

interface MarkupShape {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly inside?: readonly (MarkupShape | string)[] | undefined;
}
const markup: z.ZodType<MarkupShape> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    attributes: z.record(z.string(), z.string()).optional(),
    inside: z.array(z.union([z.string(), markup])).optional(),
  }),
);
const pushDocument = z.strictObject({
  root: markup,
  bare: z.literal(true).optional(),
  mostBytes: whole,
  notify: z.strictObject({ event: z.string(), contentType: z.string() }).optional(),
  http: z.strictObject({
    path: z.string().startsWith("/"),
    contentType: z.string(),
    confirmedBy: z.string().optional(),
  }),
});
const light = z.strictObject({ id: z.string(), document: pushDocument });
const shownShape = z.strictObject({
  attention: z.enum(["free", "talking", "busy"]),
  lamp: light.optional(),
  label: light.optional(),
  unknown: z.strictObject({ lamp: pushDocument.optional(), label: pushDocument.optional() }),
  notices: z.array(z.strictObject({ id: z.string(), expiresAt: whole, free: pushDocument, talking: pushDocument })),
});

/** What a phone is to show, of a payload whose signature is right. */
export function readShown(payload: unknown): BranchShown | undefined {
  const parsed = shownShape.safeParse(payload);
  // An optional key that the shape lets be undefined is never written so: it came as JSON.
  return parsed.success ? (parsed.data as BranchShown) : undefined;
}

const nonce = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
const welcomeShape = z.strictObject({ nonce, now: whole, latest: z.array(z.tuple([mac, whole])) });

export function writeWelcome({ nonce, now, latest }: BranchWelcome): object {
  return { nonce, now, latest: [...latest] };
}

export function readWelcome(payload: unknown): BranchWelcome | undefined {
  const parsed = welcomeShape.safeParse(payload);
  return parsed.success ? { ...parsed.data, latest: new Map(parsed.data.latest) } : undefined;
}

export function writeHello({ nonce, has }: BranchHello): string {
  return JSON.stringify({ nonce, has: [...has].map(([phone, { epoch, seq }]) => [phone, epoch, seq]) });
}

export function readHello(message: Buffer): BranchHello | undefined {
  const parsed = payloads.hello.safeParse(json(message));
  if (!parsed.success) return undefined;
  const { nonce, has } = parsed.data;
  const known = has.flatMap(([text, epoch, seq]) => {
    const phone = parseMac(text);
    return phone === text ? [[phone, { epoch, seq }] as const] : [];
  });
  return { nonce, has: new Map(known) };
}

/** Passwords that the gateway and a branch both have: of its account at the broker, and of one phone. */
export interface DeliverySecrets {
  readonly account: string;
  readonly username: string;
  readonly password: string;
}

/**
 * The key of a phone's deliveries. Who may write to the topic, and does not know the phone's password, cannot say that an
 * agent was told; nor can who knows that password alone.
 */
export function deliveryKey(phone: Mac, { account, username, password }: DeliverySecrets): KeyObject {
  const both = JSON.stringify([phone, account, username, password]);
  return createSecretKey(new Uint8Array(hkdfSync("sha256", both, "", "earshot delivery v1", 32)));
}

/** How a push ended, sealed (HMAC-SHA-256) over topic and all that it says. */
export function sealedDelivery(key: KeyObject, topic: string, delivery: BranchDelivery): string {
  return JSON.stringify({ ...delivery, seal: deliverySeal(key, topic, delivery).toString("base64url") });
}

/** A delivery that this key has sealed; undefined for any other. */
export function openedDelivery(key: KeyObject, topic: string, message: Buffer): BranchDelivery | undefined {
  const parsed = payloads.sealedDelivery.safeParse(json(message));
  if (!parsed.success) return undefined;
  const { seal, ...delivery } = parsed.data;
  const [right, given] = [deliverySeal(key, topic, delivery), Buffer.from(seal, "base64url")];
  return given.length === right.length && timingSafeEqual(given, right) ? delivery : undefined;
}

function deliverySeal(key: KeyObject, topic: string, { id, kind, result, at }: BranchDelivery): Buffer {
  const says = result.outcome === "failed" ? [result.outcome, result.why, result.again] : [result.outcome];
  return createHmac("sha256", key)
    .update(JSON.stringify([topic, id, kind, at, ...says]))
    .digest();
}

function json(message: Buffer): unknown {
  if (message.length > longestMessage) return undefined;
  try {
    return JSON.parse(message.toString("utf8"));
  } catch {
    return undefined;
  }
}
