import { computed, signal } from "@preact/signals";
import type { AuditEntry } from "../model/audit.js";
import type { DeskHello, DeskNews, FloorCall, FloorSupervision, Handset, Pace, PushResult } from "../model/desk.js";
import type { CallId, Mac, PersonId } from "../model/ids.js";
import type { Lamp, Notice } from "../model/indicators.js";

type News<Type extends DeskNews["type"]> = Extract<DeskNews, { type: Type }>;

/** One topic as it was published last. */
export interface Topic extends News<"topic"> {
  /** How often it was published while this page was open. */
  readonly times: number;
}

/** The stream itself: `signed-out` where the gateway asks who is there. */
export type Link = "connecting" | "open" | "lost" | "signed-out";

export const link = signal<Link>("connecting");
export const hello = signal<DeskHello | undefined>(undefined);
export const standing = signal<Omit<News<"standing">, "type"> | undefined>(undefined);
export const calls = signal<ReadonlyMap<CallId, FloorCall>>(new Map());
export const handsets = signal<ReadonlyMap<Mac, Handset>>(new Map());
export const lights = signal<ReadonlyMap<Mac, Lamp | "unknown">>(new Map());
export const notices = signal<ReadonlyMap<Mac, Notice>>(new Map());
export const hands = signal<ReadonlySet<PersonId>>(new Set());
export const topics = signal<ReadonlyMap<string, Topic>>(new Map());
/** Newest first. */
export const record = signal<readonly AuditEntry[]>([]);
/** Newest first. */
export const pushes = signal<readonly PushResult[]>([]);
export const pace = signal<Pace | undefined>(undefined);

/** What the gateway's clock is ahead of this browser's, in milliseconds. */
export const ahead = signal(0);
const tick = signal(Date.now());
setInterval(() => {
  tick.value = Date.now();
}, 1000);
/** The gateway's time, moved on once a second. */
export const now = computed(() => tick.value + ahead.value);

export const phones = computed(() => hello.value?.phones ?? []);
/** The phone that this page supervises with. */
export const desk = computed(() => phones.value.find((phone) => phone.supervises));
export const agents = computed(() => phones.value.filter((phone) => !phone.supervises));

export interface Supervised {
  readonly call: FloorCall;
  readonly supervision: FloorSupervision;
}

/** The supervision that the drawn supervisor leads now. */
export const own = computed<Supervised | undefined>(() => {
  const person = desk.value?.person;
  for (const call of calls.value.values()) {
    const supervision = call.supervisions.find((one) => one.supervisor.person === person);
    if (supervision) return { call, supervision };
  }
  return undefined;
});

/** The call that the floor shows. */
export const chosen = signal<CallId | undefined>(undefined);
export const chosenCall = computed(() => (chosen.value === undefined ? undefined : calls.value.get(chosen.value)));
