import { audience } from "../audience/index.js";
import type { Clock, Mac, Phone, Phones, View } from "../model/index.js";
import { awaitingPage, endedPage, type Page, type SayTo, sessionPage } from "../pages/index.js";
import type { Change, Writer } from "../state/index.js";
import { callOf, type SitePolicy, supervisionsOf } from "../supervision/index.js";
import type { PhonePushes } from "./phone-pushes.js";

export interface SessionPagesParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly pushes: PhonePushes;
  readonly phones: Pick<Phones, "get" | "follow">;
  readonly say: SayTo;
  readonly clock: Clock;
}

interface Watched {
  /** What the phone was last known to show of its session; undefined where that is not the present page. */
  seen: string | undefined;
  /** Whether the phone's last page is one that its session may take the place of. */
  follows: boolean;
  /** The leg has been answered, as far as was looked. */
  answered: boolean;
  pushedAt: number;
  forget: (() => void) | undefined;
}

/** A press changes the state before its own answer is with the phone: that answer needs no push. */
const settleMs = 500;
const betweenMs = 2_000;

/**
 * Pushes a supervisor's own page when their leg is answered and when it has changed. What is pushed is the address alone,
 * so that the phone fetches what is true then. Never onto a phone that is somewhere else, and never what it shows already:
 * no key moves under a finger for nothing.
 */
export class SessionPages {
  readonly #parts: SessionPagesParts;
  /** Phones with a supervision, or one that ended and was not shown yet; whose owners wait for a call, where they are. */
  readonly #watched = new Map<Mac, Watched>();
  #undo: readonly (() => void)[] = [];

  constructor(parts: SessionPagesParts) {
    this.#parts = parts;
  }

  start(): void {
    const { writer, phones } = this.#parts;
    this.#undo = [
      writer.subscribe((change) => this.#follow(change)),
      phones.follow((before, now) => {
        if (before && now?.owner !== before.owner) this.#forget(before.mac);
      }),
    ];
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    for (const { forget } of this.#watched.values()) forget?.();
  }

  /** A phone has been given this page, whose presses count at this step. */
  shown(mac: Mac, page: Page, step: number): void {
    const phone = this.#parts.phones.get(mac);
    const view = phone && this.#viewOf(phone);
    const truth = view && phone && this.#truth(phone, view);
    if (!view || !truth) {
      this.#forget(mac);
      return;
    }
    const link = page.refresh?.link.to;
    const watched = this.#watch(mac);
    watched.follows = link === "session" || link === "home";
    watched.seen = link === "session" && step === view.step ? truth : undefined;
    if (watched.follows && watched.seen !== truth) this.#lookLater(mac, settleMs);
    if (isOver(view)) this.#forget(mac);
  }

  #follow(change: Change): void {
    const { state } = this.#parts.writer;
    const changed = [...change.supervisions].flatMap((id) => state.supervisions.get(id) ?? []);
    const ended = change.ended.map(({ supervision }) => supervision);
    // Supervisors of one call stand on each other's pages.
    const beside = new Set([...changed, ...ended].map((one) => callOf(state, one)));
    const touched = new Set([...changed, ...ended].map(({ phone }) => phone));
    for (const call of beside) for (const { phone } of supervisionsOf(state, call)) touched.add(phone);
    for (const mac of touched) {
      const phone = this.#parts.phones.get(mac);
      if (!phone) continue;
      const leg = this.#viewOf(phone)?.own?.facts?.leg;
      const watched = this.#watch(mac);
      if (leg === undefined) watched.answered = false;
      const answered = leg === "up" && !watched.answered;
      watched.answered ||= answered;
      // The call covers the page, or has closed it.
      if (answered) {
        Object.assign(watched, { seen: undefined, follows: true });
        watched.forget?.();
        this.#look(mac, watched, true);
      } else this.#lookLater(mac, settleMs);
    }
  }

  #lookLater(mac: Mac, ms: number): void {
    const { clock } = this.#parts;
    const watched = this.#watch(mac);
    if (watched.forget) return;
    const at = Math.max(clock.now() + ms, watched.pushedAt + betweenMs);
    watched.forget = clock.after(at - clock.now(), () => this.#look(mac, watched));
  }

  #look(mac: Mac, watched: Watched, answered = false): void {
    const { pushes, phones, clock } = this.#parts;
    watched.forget = undefined;
    const phone = phones.get(mac);
    const view = phone && this.#viewOf(phone);
    const truth = view && phone && this.#truth(phone, view);
    const again = !answered && view?.own !== undefined;
    if (truth !== undefined && watched.follows && watched.seen !== truth && pushes.open(mac, again)) {
      watched.seen = truth;
      watched.pushedAt = clock.now();
    }
    // How it ended is news once.
    if (isOver(view)) this.#forget(mac);
  }

  #viewOf(phone: Phone): View | undefined {
    const { writer, policy } = this.#parts;
    const person = writer.state.people.get(phone.owner);
    return person && audience(writer.state, policy, person);
  }

  /**
   * The page of this phone's session, of the call that is waited for, or of how it ended, with the step of its keys, less
   * what only time changes.
   */
  #truth(phone: Phone, view: View): string | undefined {
    const { pushes, say } = this.#parts;
    const screen = pushes.screen(phone.mac);
    if (!screen) return undefined;
    const setting = { view, screen, say: say(phone.owner, screen), now: 0 };
    if (view.own)
      return view.own.phone === phone.mac ? fingerprint(sessionPage(setting, view.own), view.step) : undefined;
    if (view.awaits) return fingerprint(awaitingPage(setting, view.awaits), view.step);
    return view.ended && this.#watched.has(phone.mac) ? fingerprint(endedPage(setting), view.step) : undefined;
  }

  #watch(mac: Mac): Watched {
    const known = this.#watched.get(mac);
    if (known) return known;
    const fresh = { seen: undefined, follows: true, answered: false, pushedAt: 0, forget: undefined };
    this.#watched.set(mac, fresh);
    return fresh;
  }

  #forget(mac: Mac): void {
    this.#watched.get(mac)?.forget?.();
    this.#watched.delete(mac);
  }
}

/** Nothing is there or awaited that the phone could be told of. */
function isOver(view: View | undefined): boolean {
  return !view?.own && !view?.awaits;
}

function fingerprint(page: Page, step: number): string {
  return JSON.stringify([step, page]);
}
