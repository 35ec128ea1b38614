import type { EpochMs, PhoneFilesRow, PhoneLife, PhoneState, Resync, ResyncTold, Role } from "../model/index.js";

/**
 * What is told of how a phone fares. When the phone of somebody who may supervise asked for a page, or was pushed to, would
 * tell that they do, to whoever is on that very call (R12).
 */
export function lifeTold({ registration, page, push }: PhoneState, role: Role | undefined, now: EpochMs): PhoneLife {
  const tells = role === "agent";
  const over = registration?.registered === true && registration.until <= now;
  return {
    ...(registration &&
      !over && {
        registration: {
          registered: registration.registered,
          since: registration.since,
          ...(registration.hosts.length > 0 && { hosts: registration.hosts }),
        },
      }),
    ...(tells && page && { lastPageAt: page.at }),
    ...(tells && push && { lastPush: push }),
  };
}

/**
 * What is told of a phone's files and of an order to read them again. A phone waits while its owner has a call or
 * supervises, and fetches its files right after that: of somebody who may supervise neither is told before the order is
 * over, and no moment ever (R12).
 */
export function filesTold(
  { files, resync }: PhoneState,
  role: Role | undefined,
  now: EpochMs,
): Pick<PhoneFilesRow, "given" | "resync"> {
  const tells = role === "agent";
  const quiet = !tells && isOpen(resync, now);
  const names = Object.keys(files?.digests ?? {}).sort();
  const firmware = files?.firmware;
  return {
    ...(files && !quiet && { given: { names, ...(tells && { at: files.at }), ...(firmware && { firmware }) } }),
    ...(resync && { resync: resyncTold(resync, files?.at, tells, now) }),
  };
}

/** Whether it may be told which files that phone has now. */
export function tellsFiles({ resync }: PhoneState, role: Role | undefined, now: EpochMs): boolean {
  return role === "agent" || !isOpen(resync, now);
}

function resyncTold(resync: Resync, givenAt: EpochMs | undefined, tells: boolean, now: EpochMs): ResyncTold {
  const { kind, orderedAt, until } = resync;
  if (kind === "failed") return { state: kind, orderedAt, why: resync.why, ...(tells && { at: resync.at }) };
  if (!tells && now < until) return { state: "ordered", orderedAt };
  if (kind === "waits") return { state: kind, orderedAt };
  const fetched = givenAt === undefined ? undefined : givenAt >= resync.at;
  return { state: kind, orderedAt, ...(tells && { at: resync.at }), ...(fetched !== undefined && { fetched }) };
}

function isOpen(resync: Resync | undefined, now: EpochMs): boolean {
  return resync !== undefined && resync.kind !== "failed" && now < resync.until;
}
