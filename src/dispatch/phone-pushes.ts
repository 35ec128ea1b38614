import type {
  Attention,
  BranchShown,
  Clock,
  HeadsUpShown,
  Lamp,
  LastDelivery,
  LegId,
  Log,
  Mac,
  Notice,
  PersonId,
  Phone,
  Phones,
  Push,
  PushDocument,
  Pushed,
  PushTap,
} from "../model/index.js";
import type { Say, SayTo, Screen } from "../pages/index.js";
import type { ProbePush, Profile, PushedNotice } from "../phones/index.js";
import { blank } from "./blanking.js";
import { LineKeys } from "./line-keys.js";
import type { Fate, PhoneLine } from "./phone-queue.js";
import { probeDocuments } from "./probe-document.js";
import { keyOf, type Station, Stations } from "./stations.js";

/** What a URL on a phone that has not asked may lead to. */
export type PushedPage =
  | "home"
  | "session"
  | "accept"
  | "not-now"
  | { readonly call: LegId }
  | { readonly probe: string };

export interface PhonePushesParts {
  readonly phones: Phones;
  readonly push: Push;
  readonly profile: (phone: Phone) => Profile | undefined;
  /** The URL of one of a phone's own pages: a secret. Undefined where the phone is not there any more. */
  readonly url: (mac: Mac, page: PushedPage) => Promise<string | undefined>;
  readonly say: SayTo;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how each push fared. */
  readonly tap?: PushTap;
  /** Told by phone. */
  readonly delivered?: (mac: Mac, last: LastDelivery) => void;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Who sees to a phone of a branch office; for any other phone nobody but ourselves. `unknown`: see `BranchShown`. */
  readonly branch?: (phone: Phone, unknown: () => BranchShown["unknown"]) => PhoneLine | undefined;
}

/** What is true of a person now, for a phone of theirs that comes later. */
interface Truth {
  readonly attention?: Attention;
  readonly lamp?: Lamp;
}

const noticeSeconds = 20;
/** A page that could not be opened by then has been asked for by a key. */
const pageWithinMs = 15_000;
/** An admin who stands at the phone has seen nothing by then. */
const probeWithinMs = 10_000;
/** Somebody who has not come by then has been helped, or is on the board. */
const helpWithinMs = 30_000;

const probeAbout = "probe";
const waits: Pushed = { outcome: "failed", why: "it waits for its turn", again: true };
const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Every phone that can be pushed to, with a dispatcher each. */
export class PhonePushes {
  readonly #parts: PhonePushesParts;
  readonly #stations: Stations;
  readonly #keys: LineKeys;
  readonly #truths = new Map<PersonId, Truth>();

  constructor(parts: PhonePushesParts) {
    this.#parts = parts;
    this.#keys = new LineKeys(parts);
    this.#stations = new Stations({
      ...parts,
      unknown: (phone, profile, make) => this.#keys.unknown(phone, profile, make),
      came: (station) => this.#came(station),
      went: ({ phone }) => this.#keys.forget(phone.mac),
    });
  }

  /** Sends lamps again from time to time; a phone that comes shows at once what is true. */
  start(): void {
    this.#stations.start();
  }

  stop(): void {
    this.#stations.stop();
  }

  /** Whether words may be put on this person's screens now. */
  attend(person: PersonId, attention: Attention): void {
    this.#truths.set(person, { ...this.#truths.get(person), attention });
    for (const { queue } of this.#stations.of(person)) queue.attend(attention);
  }

  /** Takes back the notices that wait and are not true any more. */
  withdraw(person: PersonId, lamp: Lamp, asks: readonly HeadsUpShown[]): void {
    const asked = asks.map(({ extension }) => ({ extension, mode: "heads-up" }));
    const there = new Set([...lamp.supervisors, ...asked].map(aboutOf));
    for (const { queue } of this.#stations.of(person)) queue.withdraw((about) => there.has(about) || isHelp(about));
  }

  /** Has each phone of a supervisor open the page of a call whose agent asks for help: Listen is its first key. */
  callForHelp(supervisor: PersonId, agent: PersonId, leg: LegId): void {
    const { url, clock } = this.#parts;
    for (const { phone, profile, make, queue } of this.#stations.of(supervisor)) {
      queue.ask({
        kind: "notice",
        about: helpOf(agent),
        expiresAt: clock.now() + helpWithinMs,
        make: async () => {
          const page = await url(phone.mac, { call: leg });
          return page === undefined ? undefined : make.page(page, profile, priorityOf(phone));
        },
      });
    }
  }

  /** This agent asks for help no longer: what still waits is not shown to anybody. */
  withdrawHelp(agent: PersonId): void {
    const gone = helpOf(agent);
    for (const { queue } of this.#stations.all()) queue.withdraw((about) => about !== gone);
  }

  /** Lights the lamp of each phone of this person. */
  show(person: PersonId, lamp: Lamp): readonly Fate[] {
    this.#truths.set(person, { ...this.#truths.get(person), lamp });
    return this.#stations.of(person).flatMap((station) => this.#keys.light(station, lamp));
  }

  /** Puts a notice on the screen of each phone of this person. */
  tell(
    person: PersonId,
    notice: Notice,
    about: { readonly extension: string; readonly mode: string },
  ): readonly Fate[] {
    const { say, url } = this.#parts;
    return this.#stations.of(person).map(({ phone, profile, make, queue }) =>
      queue.ask({
        kind: "notice",
        about: aboutOf(about),
        expiresAt: notice.expiresAt,
        make: async (attention) => {
          const own = await url(phone.mac, "home");
          if (own === undefined) return undefined;
          const says = say(person, profile.screen);
          const at = timeOfDay.format(notice.at);
          const words = { title: says("agent.title", {}, "heading"), text: notice.text, at, exit: says("label.exit") };
          const answers = about.mode === "heads-up" ? await this.#answers(phone.mac, says) : [];
          const urgent = about.mode !== "listen";
          const how = { urgent, inCall: attention !== "free", seconds: noticeSeconds, url: own, answers };
          return make.notice({ ...words, ...how }, profile, priorityOf(phone));
        },
      }),
    );
  }

  /**
   * Has the phone open its session page; `again` where it has been opened in this call. Undefined where nothing can be
   * pushed to it, or not again.
   */
  open(mac: Mac, again: boolean): Fate | undefined {
    const station = this.#stations.get(mac);
    if (!station || station.phone.branch !== undefined || (again && !station.make.pagesAgain)) return undefined;
    const { queue, make, profile } = station;
    return queue.ask({
      kind: "page",
      expiresAt: this.#parts.clock.now() + pageWithinMs,
      make: async () => {
        const url = await this.#parts.url(mac, "session");
        return url === undefined ? undefined : make.page(url, profile, priorityOf(station.phone));
      },
    });
  }

  /** Whether this phone can be sent that by which it is proved, as it is configured. */
  canProbe(mac: Mac, { kind }: ProbePush): boolean {
    const station = this.#stations.get(mac);
    if (station?.phone.branch !== undefined) return false;
    return station !== undefined && ((kind !== "lamp" && kind !== "label") || keyOf(station.phone) !== undefined);
  }

  /** Sends what a step of a walk needs. Undefined where nothing of the kind can be sent to this phone. */
  async probe(mac: Mac, step: string, what: ProbePush): Promise<Pushed | undefined> {
    const station = this.#stations.get(mac);
    const { clock, url } = this.#parts;
    const documents =
      station &&
      (await probeDocuments(station, what, {
        at: timeOfDay.format(clock.now()),
        url: (to) => url(mac, to === "home" ? to : { probe: `${step}/${to.word}` }),
        priority: priorityOf(station.phone),
      }));
    if (!documents) return undefined;
    const { queue } = station;
    const expiresAt = clock.now() + probeWithinMs;
    let result: Pushed = waits;
    for (const document of documents) {
      let tried = false;
      const make = (): Promise<PushDocument> => {
        tried = true;
        return Promise.resolve(document);
      };
      await queue.ask({ kind: what.kind, expiresAt, about: probeAbout, make }).tried;
      result = (tried ? queue.last?.result : undefined) ?? waits;
      // What an admin has not seen by now is not to come in the middle of another step.
      queue.withdraw((about) => about !== probeAbout);
      if (result.outcome === "failed") break;
    }
    return result;
  }

  /** Sends lamp and label as they are in truth again. */
  restore(mac: Mac): void {
    const station = this.#stations.get(mac);
    if (station) this.#keys.sendAgain(station);
  }

  /** Puts out lamp and label of a phone that is about to go or to change, and sends it nothing after that. */
  async blank(mac: Mac): Promise<void> {
    const station = this.#stations.take(mac);
    if (station) await blank(station, this.#parts.clock);
  }

  /** The screen of a phone that can be pushed to; undefined for any other. */
  screen(mac: Mac): Screen | undefined {
    return this.#stations.get(mac)?.profile.screen;
  }

  /** How the newest push to this phone ended; undefined before the first, and where none can be. */
  lastDelivery(mac: Mac): LastDelivery | undefined {
    return this.#stations.get(mac)?.queue.last;
  }

  async #answers(mac: Mac, say: Say): Promise<NonNullable<PushedNotice["answers"]>> {
    const { url } = this.#parts;
    const keys = (["accept", "not-now"] as const).map(async (act) => {
      const to = await url(mac, act);
      return to === undefined ? [] : [{ label: say(`label.${act}`), url: to }];
    });
    return (await Promise.all(keys)).flat();
  }

  #came(station: Station): void {
    const { phone, queue } = station;
    const { attention, lamp } = this.#truths.get(phone.owner) ?? {};
    if (attention) queue.attend(attention);
    if (lamp) this.#keys.light(station, lamp);
    // A branch office sends its own again.
    if (keyOf(phone) !== undefined && phone.branch === undefined) this.#keys.replay(station);
  }
}

/** What the site says that everything goes to this phone with. */
function priorityOf({ push }: Phone): string | undefined {
  return push?.by === "http" ? push.priority : undefined;
}

function helpOf(agent: PersonId): string {
  return `help:${agent}`;
}

function isHelp(about: string): boolean {
  return about.startsWith("help:");
}

function aboutOf({ extension, mode }: { readonly extension: string; readonly mode: string }): string {
  return `${extension} ${mode}`;
}
