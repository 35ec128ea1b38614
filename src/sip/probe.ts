import type { Clock, Extension, LampStanding, SipAccountConfig } from "../model/index.js";
import { SipWatch } from "./sip-watch.js";

export interface LampProbe {
  readonly account: SipAccountConfig;
  /** Undefined where nobody knows it. */
  readonly password: string | undefined;
  readonly extensions: readonly Extension[];
  readonly clock: Clock;
  readonly patienceMs?: number;
}

/** What `earshot check` says of it. */
export interface LampsProbed {
  readonly status: "ok" | "note" | "fail" | "unseen";
  readonly sentence: string;
}

const NAMED = 8;

/** Comes in with the account and asks for every busy lamp once. Harmless beside a running gateway. */
export async function probeLamps(probe: LampProbe): Promise<LampsProbed> {
  const { account, password, extensions, clock, patienceMs = 8_000 } = probe;
  if (password === undefined) {
    return { status: "unseen", sentence: "cannot be seen: the data folder holds no secret.key that could be read" };
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const watch = new SipWatch({ ...account, password, clock, log });
  const known = new Map<Extension, LampStanding>();
  try {
    await new Promise<void>((resolve) => {
      const forget = clock.after(patienceMs, resolve);
      const look = (): void => {
        const all = extensions.every((one) => known.has(one) && known.get(one)?.kind !== "unknown");
        if (!all && watch.standing() !== "refused") return;
        forget();
        resolve();
      };
      watch.watch(extensions);
      watch.start((extension, standing) => {
        known.set(extension, standing);
        look();
      });
      if (extensions.length === 0) look();
    });
    return judged(watch, extensions, known);
  } finally {
    await watch.stop();
  }
}

function judged(
  watch: SipWatch,
  extensions: readonly Extension[],
  known: ReadonlyMap<Extension, LampStanding>,
): LampsProbed {
  const standing = watch.standing();
  if (standing === "refused") return { status: "fail", sentence: "the PBX refused the account or its password" };
  if (standing !== "connected") return { status: "fail", sentence: "nobody answers at pbx.sip.url" };
  const missing = extensions.filter((one) => known.get(one)?.kind === "missing");
  if (missing.length > 0) return { status: "note", sentence: `the PBX has no busy lamp for ${listed(missing)}` };
  const silent = extensions.filter((one) => known.get(one)?.kind !== "seen");
  if (silent.length > 0) return { status: "note", sentence: `nothing was told of the busy lamps of ${listed(silent)}` };
  return { status: "ok", sentence: `the busy lamps of ${extensions.length} people are told` };
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}
