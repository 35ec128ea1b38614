import { filesTold, tellsFiles } from "../audience/index.js";
import type { Answer } from "../cli/index.js";
import { Resyncs, resyncApartMs } from "../dispatch/index.js";
import {
  type Clock,
  type FilesStanding,
  type Mac,
  nearest,
  type Phone,
  type PhoneFilesRow,
  type PhoneStates,
  parseMac,
  type Resynced,
  type ResyncWish,
} from "../model/index.js";
import type { FileGiven } from "../provisioning/index.js";
import type { Secrets } from "../store/index.js";
import type { Joints, Running } from "./running.js";

/** Whoever has phones read their configuration again. Of a phone that is gone nothing stays known. */
export function startResyncs(running: Running, { writer, phones, pbx, store, secrets }: Joints): void {
  const { clock, log } = running.options;
  const { phoneStates: states } = store;
  states.forgetOthers(new Set(phones.all().map(({ mac }) => mac)));
  running.undoLater(
    phones.follow((before, now) => {
      if (!before || before.owner === now?.owner) return;
      // What was kept of it with its owner in mind is the next one's no more.
      const { files } = states.of(before.mac);
      states.forget(before.mac);
      if (now && files) states.keep(now.mac, { files });
    }),
  );
  running.digest = secrets.digest;
  running.resyncs = running.own(new Resyncs({ phones, writer, pbx, states, clock, log }));
  running.resyncs.start();
}

/** Keeps which files a phone has been given. */
export function keepGiven(
  states: Pick<PhoneStates, "of" | "keep">,
  { digest }: Pick<Secrets, "digest">,
  clock: Pick<Clock, "now">,
): (file: FileGiven) => void {
  return ({ mac, name, text, firmware }) => {
    const digests = { ...states.of(mac).files?.digests, [name]: digest(text) };
    states.keep(mac, { files: { digests, at: clock.now(), ...(firmware && { firmware }) } });
  };
}

/** Which files every phone has, and how its last order fared. */
export async function phoneFiles(running: Running): Promise<readonly PhoneFilesRow[]> {
  const phones = running.phones?.all() ?? [];
  return rowsOf(running, phones, await standings(running, phones));
}

/** Whether each phone has its files as they are now, where that may be told. */
export async function filesStandings(running: Running): Promise<ReadonlyMap<string, FilesStanding>> {
  const rows = await phoneFiles(running);
  return new Map(rows.flatMap(({ mac, files }): [string, FilesStanding][] => (files ? [[mac, files]] : [])));
}

/** Orders it of the phones that are meant, or says why of none. */
export async function orderResync(running: Running, wish: ResyncWish): Promise<Answer<Resynced>> {
  const { resyncs } = running;
  if (!resyncs?.able) return refuse("The PBX cannot send it: a NOTIFY needs `pbx.ami`, and earshot logged in there.");
  const meant = meantBy(running, wish);
  if (!meant.ok) return meant;
  let phones = meant.value;
  if (wish.changed) {
    if (!running.files) {
      return refuse("Which files have changed is not known: another provisioner serves them. Name the phones.");
    }
    const standing = await standings(running, phones);
    phones = phones.filter(({ mac }) => standing.get(mac)?.kind === "changed");
  }
  const macs = phones.map(({ mac }) => mac);
  const spread = wish.spread === undefined ? Math.max(0, macs.length - 1) * resyncApartMs : wish.spread * 60_000;
  const lastAt = await resyncs.order(macs, spread);
  return { ok: true, value: { phones: rowsOf(running, phones, undefined), lastAt } };
}

function meantBy(running: Running, wish: ResyncWish): Answer<readonly Phone[]> {
  const all = running.phones?.all() ?? [];
  const { macs, team, role, vendor, model, changed } = wish;
  const narrowed = [team, role, vendor, model].some((one) => one !== undefined);
  if (macs.length === 0 && !narrowed && !changed && !wish.all) {
    return refuse("Say which phones: their MAC addresses, --team, --role, --vendor, --model, --changed or --all.");
  }
  const named = macs.map((text) => ({ text, mac: parseMac(text) }));
  const stranger = named.find(({ mac }) => !all.some((phone) => phone.mac === mac));
  if (stranger) return refuse(`There is no phone ${stranger.text} here; nothing is sent.`);
  const wanted = new Set(named.map(({ mac }) => mac));
  const ofOwner = ({ owner }: Phone) => running.personNamed(owner);
  const teams = new Set(all.flatMap((phone) => ofOwner(phone)?.teams ?? []));
  const unknown =
    missing("team", team, teams) ??
    missing("make", vendor, new Set(all.map((phone) => phone.vendor))) ??
    missing("model", model, new Set(all.map((phone) => phone.model)));
  if (unknown !== undefined) return refuse(unknown);
  const value = all.filter((phone) => {
    const person = ofOwner(phone);
    if (wanted.size > 0 && !wanted.has(phone.mac)) return false;
    if (team !== undefined && !person?.teams.includes(team)) return false;
    if (role !== undefined && person?.role !== role) return false;
    return (vendor === undefined || phone.vendor === vendor) && (model === undefined || phone.model === model);
  });
  return { ok: true, value };
}

function missing(what: string, name: string | undefined, known: ReadonlySet<string>): string | undefined {
  if (name === undefined || known.has(name)) return undefined;
  const near = nearest(name, [...known]);
  return `No phone is of the ${what} ${name}; nothing is sent.${near === undefined ? "" : ` Did you mean ${near}?`}`;
}

/** Makes the files of these phones, and holds them against those that were given. */
async function standings(running: Running, phones: readonly Phone[]): Promise<ReadonlyMap<Mac, FilesStanding>> {
  const { files, store, digest } = running;
  if (!files || !store || !digest) return new Map(phones.map(({ mac }) => [mac, { kind: "served-elsewhere" }]));
  const now = await files.filesNow(phones.map(({ mac }) => mac));
  return new Map(
    phones.map(({ mac }): [Mac, FilesStanding] => {
      const made = now.get(mac);
      if (!made?.ok) return [mac, { kind: "unknown", why: made?.sentence ?? "It is not served." }];
      const given = store.phoneStates.of(mac).files;
      if (!given) return [mac, { kind: "never-given" }];
      const same = made.value.every(({ name, text }) => given.digests[name] === digest(text));
      return [mac, { kind: same ? "current" : "changed" }];
    }),
  );
}

function rowsOf(
  running: Running,
  phones: readonly Phone[],
  standing: ReadonlyMap<Mac, FilesStanding> | undefined,
): readonly PhoneFilesRow[] {
  const now = running.options.clock.now();
  return phones.map(({ mac, vendor, model, owner }) => {
    const person = running.personNamed(owner);
    const state = running.store?.phoneStates.of(mac) ?? {};
    const files = tellsFiles(state, person?.role, now) ? standing?.get(mac) : undefined;
    const about = { mac, vendor, model, extension: person?.extension ?? "" };
    return { ...about, ...(files && { files }), ...filesTold(state, person?.role, now) };
  });
}

function refuse(sentence: string): { readonly ok: false; readonly sentence: string } {
  return { ok: false, sentence };
}
